import { type PageStory, storyId } from '../page-story.ts';
import { View } from './view.ts';

const block = document.getElementById(storyId)?.textContent ?? '';
const view = new View(JSON.parse(block) as PageStory);
view.show(document.body);
/** For whoever waits until the page is there. */
document.documentElement.dataset['isDrawn'] = 'yes';
