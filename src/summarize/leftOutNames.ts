/** What package managers write for themselves. */
export const lockFiles: ReadonlySet<string> = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'cargo.lock',
  'poetry.lock',
  'pdm.lock',
  'uv.lock',
  'pixi.lock',
  'pipfile.lock',
  'conda-lock.yml',
  'gemfile.lock',
  'composer.lock',
  'symfony.lock',
  'go.sum',
  'go.work.sum',
  'mix.lock',
  'rebar.lock',
  'pubspec.lock',
  'podfile.lock',
  'cartfile.resolved',
  'package.resolved',
  'packages.lock.json',
  'paket.lock',
  'gradle.lockfile',
  'conan.lock',
  'flake.lock',
  'buf.lock',
  'chart.lock',
  '.terraform.lock.hcl',
]);

/** Names that tools give to what they write; in small letters. */
export const generatedNames: readonly RegExp[] = [
  /\.snap$/,
  /\.tsbuildinfo$/,
  /\.pb\.(?:go|cc|h|swift|gw\.go)$/,
  /_pb2(?:_grpc)?\.pyi?$/,
  /_pb\.(?:js|d\.ts|rb)$/,
  /\.(?:g|freezed|gr|mocks)\.dart$/,
  /\.(?:designer|g|g\.i)\.cs$/,
  /^zz_generated\..*\.go$/,
  /[._-]generated\.[a-z]+$/,
  /\.pbxproj$/,
  /^\.pnp\.c?js$/,
];

/** Files that hold no text, or none that can be read without a program for it. */
export const binaryEndings: ReadonlySet<string> = new Set(
  `png jpg jpeg jfif gif bmp webp avif heic heif ico icns tif tiff psd ai eps sketch fig xcf dds tga
  woff woff2 ttf otf ttc eot
  mp3 mp4 m4a m4v mov avi mkv webm wav flac ogg oga ogv aac wma wmv opus mid midi
  zip gz tgz bz2 tbz2 xz txz zst br lz lz4 7z rar tar jar war ear apk aab ipa whl egg gem nupkg vsix crx xpi deb rpm dmg iso
  pdf doc docx xls xlsx ppt pptx odt ods odp odg epub mobi rtf
  exe dll so dylib a o pdb class pyc pyo pyd wasm node elc beam rlib rmeta bin
  db sqlite sqlite3 mdb accdb parquet avro orc feather arrow npy npz pkl pickle joblib h5 hdf5 rds rdata onnx pth
  safetensors gguf tflite ckpt
  p12 pfx jks keystore der
  blend fbx glb 3ds usdz unitypackage uasset pak swf`
    .split(/\s+/)
    .filter((ending) => ending !== ''),
);

/** Text that describes a picture, a shape or a key, point by point. */
export const dataEndings: ReadonlySet<string> = new Set(
  'svg svgz geojson topojson kml gpx stl ply gltf mtl wkt crt cer csr asc sig har'.split(' '),
);

/** Files in which programs look for passwords, tokens and private keys; in small letters. */
const secretNames: ReadonlySet<string> = new Set([
  '.env',
  '.envrc',
  '.npmrc',
  '.yarnrc.yml',
  '.pypirc',
  '.netrc',
  '_netrc',
  '.pgpass',
  '.my.cnf',
  '.htpasswd',
  '.git-credentials',
  '.dockercfg',
  '.vault-token',
  'kubeconfig',
  'credentials.json',
  'secrets.json',
  'secrets.yml',
  'secrets.yaml',
  'terraform.tfstate',
  'terraform.tfstate.backup',
]);
const secretEndings = /\.(?:pem|key|ppk|p8|tfvars|kdbx|ovpn|mobileprovision)$/;
const privateKeyName = /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/;
const serviceAccount = /^service[-_]?account.*\.json$/;
const secretPath = /(?:^|\/)(?:\.aws\/credentials|\.docker\/config\.json|\.kube\/config|\.ssh\/[^/]*)$/;
/** `.env.production`; what is there for others to copy holds none. */
const environmentName = /^\.env\.(?!(?:example|sample|template|dist|defaults?)$)/;

/** Whether a file is likely to hold what nobody but its owner may read. `path` in small letters. */
export function isSecretName(path: string): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (secretNames.has(file) || secretPath.test(path)) return true;
  return [secretEndings, privateKeyName, serviceAccount, environmentName].some((pattern) => pattern.test(file));
}
