import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Build, sealed } from './build-of.ts';
import { seal } from './seal.ts';

/** Makes the RPM package, by rpmbuild: the same files and links as in Debian's. @returns its path */
export async function makeRpm(build: Build): Promise<string> {
  const { tree, folderName, directory, to, version, architecture } = build;
  const stage = join(directory, 'rpm');
  const folder = join(stage, 'usr/lib', folderName);
  mkdirSync(join(stage, 'usr/bin'), { recursive: true });
  cpSync(tree.program, folder, { recursive: true });
  sealed(build, folder);
  cpSync(tree.share, join(stage, 'usr/share'), { recursive: true });
  symlinkSync('../lib/ctdb-hook/bin/ctdb-hook', join(stage, 'usr/bin/ctdb-hook'));
  seal(stage, build.seconds);
  const spec = join(directory, 'ctdb-hook.spec');
  writeFileSync(spec, specText(build, stage));
  const name = `ctdb-hook-${version}-1.${architecture.rpm}.rpm`;
  await execa(
    'rpmbuild',
    ['-bb', '--target', architecture.rpm, '--define', `_topdir ${directory}/topdir`, spec],
    {
      env: { SOURCE_DATE_EPOCH: `${build.seconds}`, LC_ALL: 'C' },
    },
  );
  renameSync(join(directory, 'topdir/RPMS', architecture.rpm, name), join(to, name));
  return join(to, name);
}

/**
 * What rpmbuild does with the files, and what rpm does on a node. RPM runs `%post` of the new version before it removes the old one's
 * files, so the link between versions is made there.
 */
const specText = (
  { version, isQuick, folderName }: Build,
  stage: string,
): string => `%global debug_package %{nil}
%global _build_id_links none
%global __os_install_post %{nil}
%global _binary_payload ${isQuick ? 'w1.zstdio' : 'w9.xzdio'}
%global _buildhost reproducible
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
Name: ctdb-hook
Version: ${version}
Release: 1
Summary: Event scripts of CTDB as TypeScript plugins
License: GPL-3.0-or-later
AutoProv: no

%description
Runs the events of a CTDB cluster node: TypeScript plugins and legacy shell scripts in one order, as a replacement of CTDB's event
daemon or by links in its event directory. Nothing of CTDB changes by this package: "ctdb-hook install" switches it on.

%install
cp -a ${stage}/. %{buildroot}

%post
ln -s ${folderName} /usr/lib/ctdb-hook.new && mv -fT /usr/lib/ctdb-hook.new /usr/lib/ctdb-hook
/usr/lib/ctdb-hook/bin/ctdb-hook upgrade || true

%preun
[ "$1" != 0 ] || /usr/lib/${folderName}/bin/ctdb-hook uninstall

%postun
[ "$1" != 0 ] || rm -f /usr/lib/ctdb-hook

%files
%defattr(-,root,root)
/usr/lib/${folderName}
/usr/bin/ctdb-hook
/usr/share/doc/ctdb-hook
/usr/share/bash-completion/completions/ctdb-hook
/usr/share/man/man8/*
`;
