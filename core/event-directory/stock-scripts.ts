/**
 * The events that CTDB's event scripts handle, by the SHA-256 of a script: those of Debian's ctdb packages, of its releases and of their
 * security updates. Written by `.config/stock-scripts/write`, which reads the scripts.
 */
export const stockScripts: ReadonlyMap<string, string> = new Map([
  ['58a7e30b4ecec5ba14b6943ab0c8248651f9a96c2567dedb17fd3402b45a65d6', 'init setup startup'], // 00.ctdb of 4.13
  ['7c0ac7342f3976b1f1bcfcd2434c71678668b59d4c3200b5d270feebea397ef7', 'init startup'], // 00.ctdb of 4.17
  ['f11a4af1936953a79eb162ed76c74cd79698ee7f17bf75cc7ca9aeb6eb177d10', 'init'], // 00.ctdb of 4.22
  ['e7a1d623bb3b61b5270a6e4447ad68c9d9efc0361cf039c3b096c365c2c0f92b', 'init'], // 00.ctdb of 4.25
  ['3b89aba58a0a72a4fa6b626d617f8420191f4995f7763fe4a1ceeb7f4bf5cdd3', 'init'], // 01.reclock of 4.13
  ['e1eba35f184f10e5612cf9fa21269bc3f359aedf988cfc304fc9505fb69af67f', 'init'], // 01.reclock of 4.17, 4.22
  ['2e2a2103131897e59fe6731f6ee3f25e37e97811a88f1ede62aa58307685fb14', 'init'], // 01.reclock of 4.25
  ['a27cb48c654dac579012da66e513f7836d25f92f6ea6767435460e581968bd67', 'monitor'], // 05.system of 4.13
  ['b0066cc6965c379aced70827d71199b1fb14435e3ed4409d5d9443bd149f7539', 'monitor'], // 05.system of 4.17
  ['c88f9d2d8366221d3e2ceb91d77324c0d528518658dacdd24bb1267438fee878', 'monitor'], // 05.system of 4.22
  ['28521d2356ca98886a4823b381c231a5603332877e262e291c7cf4dd9a833ada', 'monitor'], // 05.system of 4.25
  ['f4dcb99ccea0780aeacdb52751b1911cd5be435e7ab8a4ad05b2c8ef02e002ae', 'takeip releaseip'], // 06.nfs of 4.13
  ['6010fbd6da71200ccf55231d10cf50e6a29ebb29b705fd5b08c6a98d8520d15a', 'takeip releaseip'], // 06.nfs of 4.17
  [
    '20cababc0cc3ee89fd892a90bc3213ae889fef809dbc4507f80fae58a778c780',
    'init startup monitor takeip releaseip updateip',
  ], // 10.interface of 4.13
  [
    '27f3a75943b24d15245507779cdf5c77f4b883f1a679b36325f1dfa7d23b7de6',
    'init startup shutdown monitor takeip releaseip updateip',
  ], // 10.interface of 4.17
  [
    'e8615e28ee3c2e1393a7059c3057dc743c6f176b2488e243d076d62f99676e22',
    'init startup shutdown monitor takeip releaseip updateip ipreallocated',
  ], // 10.interface of 4.22
  [
    '5426314dd005ece5c6dfc57944500738eff0854a78315d5e9d1494c9a736f57d',
    'init startup shutdown monitor takeip releaseip updateip ipreallocated',
  ], // 10.interface of 4.25
  [
    '2a372adacbc187b1012de59d9a5b5c87ac7406d7e231d22b5f1b453e8108c2cc',
    'setup startup shutdown monitor ipreallocated',
  ], // 11.natgw of 4.13
  [
    '058cbcf7f06cd0771ce57e3f66bd689f14bca1b08baa49d179f471b83b41dd81',
    'setup startup shutdown monitor ipreallocated',
  ], // 11.natgw of 4.17, 4.22
  [
    '5fe6faf810704b276d5f0fd209fb7a055aca6352b3c6a184317c9cac54972915',
    'setup startup shutdown monitor ipreallocated',
  ], // 11.natgw of 4.25
  ['58cc2399cfa4d415bf4cb794778158537503c4b5281f1af7e9319f0501d12828', 'updateip ipreallocated'], // 11.routing of 4.13
  ['43b164379ee66b3a698ee3f1e3ab0bb4f2b5d803694032a8c93c24de8559a4d4', 'updateip ipreallocated'], // 11.routing of 4.17, 4.22
  ['6e2d5a9b631a43119c5a265191b424ba0f9a0517123d6350219311fc56fed978', 'updateip ipreallocated'], // 11.routing of 4.25
  [
    'eaed4a0ff50c58bfa3817de0a83206e5b2b63c3f0cbc30a0b7ae15d652171a20',
    'startup shutdown takeip releaseip updateip ipreallocated',
  ], // 13.per_ip_routing of 4.13
  [
    'c88a2dafe0c80c9c925fe2abd3911af5bbf7c14daa3d3131fa33dcb339afb745',
    'startup shutdown takeip releaseip updateip ipreallocated',
  ], // 13.per_ip_routing of 4.17, 4.22
  [
    '8df5a33254960c4c547832571a426836540ab9f7237d3aa308053d1766c1bc05',
    'startup shutdown takeip releaseip updateip ipreallocated',
  ], // 13.per_ip_routing of 4.25
  ['d542e58890df5bcb6b52a72a08a02a357e86e6567146121e85ed68185369cf0d', 'startup monitor'], // 15.network of 4.25
  ['f20368173053b28d6736c11abb44d866748787d8a4fafb162f3daade13e2eec0', 'monitor'], // 20.multipathd of 4.13
  ['b82480b73828922cd5c34f350f1b38144d0ac5f260db61d2f4d28b572b217d74', 'monitor'], // 20.multipathd of 4.17, 4.22
  ['a5a8060b5128d02830085b9a33fe37ecd54e179539e37c8ab9636fcb8059b702', 'monitor'], // 20.multipathd of 4.25
  ['941371d406c46a94640226593de62901b515c76944f878a08311a27f9e7f1f98', 'startup shutdown monitor'], // 31.clamd of 4.13
  ['dc66951015eb702a64fbbed5d662691e967313d190e7db461317a924ffee62b0', 'startup shutdown monitor'], // 31.clamd of 4.17, 4.22
  ['002c3d5a4f280f34fbfd7b7430a5ff5a70d86259b141ab3d0496f471a9da8e90', 'startup shutdown monitor'], // 31.clamd of 4.25
  [
    'da39f0ae52f2fb4b1ae8f31d5553a7a169ce07899b3127138f2fb8341d5ee801',
    'startup shutdown monitor takeip releaseip ipreallocated',
  ], // 40.vsftpd of 4.13
  [
    '4395d544348030ddb514a79b3e54be70edc8e42972998a585a810a65efc02cc9',
    'startup shutdown monitor takeip releaseip ipreallocated',
  ], // 40.vsftpd of 4.17
  [
    '052f629750fb04ea45a5df50c19aabd3d91cc36786ef2509fe2d8e476e6cf3c0',
    'startup shutdown monitor takeip releaseip ipreallocated',
  ], // 40.vsftpd of 4.22
  [
    '3e1671fde0655842214e0122a273548c6cd6a9155aee145a5b32c89c196ecd0d',
    'startup shutdown monitor takeip releaseip ipreallocated',
  ], // 40.vsftpd of 4.25
  ['d04cb8d3d2fbcd4489807070ccebe1683496581dc51f71c6b48648841047c9c7', 'startup shutdown monitor'], // 41.httpd of 4.13
  ['376eb4f37ddd964c60472307437b1f4d5cd9e6a7e8df8a168615be2b59168183', 'startup shutdown monitor'], // 41.httpd of 4.17, 4.22
  ['eb5fdc12596a9e2c7df21a312f9998959836ed0eb54b895d11990430a73db63e', 'startup shutdown monitor'], // 41.httpd of 4.25
  ['c9c8824b2f96981788fee9ef2fd153b620d5665980f3dcf73e34461f18ce6dd5', 'recovered'], // 46.update-keytabs of 4.22
  ['b454a478791b20865f5676694f33334191a5fdef20450e43eec5cf40ae46dbb4', 'recovered'], // 46.update-keytabs of 4.25
  ['f1cc92022b647addac1c9b8a6a66712ff6f6c1e1079765fb329198f70a61806e', 'startup shutdown monitor'], // 47.samba-dcerpcd of 4.22
  ['6bccedb68168fa48711e1186b58896fa08cccf14c9959b180974986afacc774d', 'startup shutdown monitor'], // 47.samba-dcerpcd of 4.25
  ['37bde192a4cf206329e7ef3b537ad6cb009dd383dea839f89803018045ee3722', 'startup shutdown'], // 48.netbios of 4.13
  ['77ca1e2d47613adfd7b0296f19867dfb5398809711bf98611e713c9adddc9be0', 'startup shutdown'], // 48.netbios of 4.17
  ['03a2369a84a83149721e02fadd3455566f0c4ec2e82b413826dfb79a51de65b6', 'startup shutdown monitor'], // 48.netbios of 4.22
  ['2365d9db964548b7c0f71770a25e3dc6bd7a627d63d47d3b317beace2765facb', 'startup shutdown monitor'], // 48.netbios of 4.25
  ['7ebf9ca7200ebf6a865bfa9b0226c0ab52157c2a800a43cbd7f33f40d5400616', 'startup shutdown monitor'], // 49.winbind of 4.13
  ['0e8b65a9481584651f0bffd8abea8d5175fad1af09937e600f8a86fce2400563', 'startup shutdown monitor'], // 49.winbind of 4.17, 4.22
  ['c958e58efd84f265256e40ec9ab2caeebf10c9fa008db0002322623c4768f875', 'startup shutdown monitor'], // 49.winbind of 4.25
  ['6059e04cad54a5dcc11031be59a5e8455948db49e080afc66548aebdc929c6a0', 'startup shutdown monitor'], // 50.samba of 4.13
  ['a28b5c0b06abde4551e9d7628e6184a5f05a0e4bb8b9d165086cca8535a3a286', 'startup shutdown monitor'], // 50.samba of 4.17
  ['bb69e8e55977df92e0b7eb881924e022ec663953cdc5508cb85f5448cd261ce2', 'startup shutdown monitor'], // 50.samba of 4.22
  ['271779d35cc075b954f425029cc6735333de0489aa711713d666fc66b767e4f6', 'startup shutdown monitor'], // 50.samba of 4.25
  [
    '9d2b496ba4f97986460c7b4a8412d17feeded2e75bea343894e8077f6b4f228d',
    'startup shutdown monitor takeip releaseip ipreallocated',
  ], // 60.nfs of 4.13
  [
    '8e3b03f232c4d28d873d57949904d0c6d16f27802555ae359e841a2e0105c6df',
    'startup shutdown monitor takeip releaseip ipreallocated',
  ], // 60.nfs of 4.17
  [
    'a07403b83dc8e6ceb4f69ec22567cfd7db0223fff46692889fa6be929e631e04',
    'startup shutdown monitor takeip releaseip startipreallocate ipreallocated',
  ], // 60.nfs of 4.22
  [
    '4d6de266eabfb498a17a9687be79e9bd9de6472511be69fe756e558b37945fc8',
    'startup shutdown monitor takeip releaseip startipreallocate ipreallocated',
  ], // 60.nfs of 4.25
  ['4f60f296eb6df4426dc8416a877801600e8af5caacc45ff73abfc590a7ac208f', 'shutdown monitor ipreallocated'], // 70.iscsi of 4.13
  ['7768a72e94333e5f9dbb0a0eafa0bb3b9a9337293667fbbd212d86e1e1fb74f8', 'shutdown monitor ipreallocated'], // 70.iscsi of 4.17, 4.22
  ['af752a68366be2e5768c51db0d7adfbb6e8725d14bc24d4b150b51b74ae2628a', 'shutdown monitor ipreallocated'], // 70.iscsi of 4.25
  [
    '245a370bd88041263d71549a2def66308b99a072e05dd0f66fa39ab10a530222',
    'setup startup shutdown monitor ipreallocated',
  ], // 91.lvs of 4.13
  [
    '59f6088053a6c9eda9f9846c67e121db8071c21d387d3165022f730cc4c90a93',
    'setup startup shutdown monitor ipreallocated',
  ], // 91.lvs of 4.17, 4.22
  [
    'e889488feb93e979780458bb4ce6c5eda7978780ca149210454561e2b684bbea',
    'setup startup shutdown monitor ipreallocated',
  ], // 91.lvs of 4.25
  ['b8b03c0742e6f6530d99083cb5938777679461ca12d4cd8b02e855697b8da4c3', 'init monitor'], // 95.database of 4.22
  ['29d2ae7ec8b2b0f58745475dd98cd7c0671bc5ca4ee71df02c7251afdc97f1c5', 'init monitor'], // 95.database of 4.25
]);
