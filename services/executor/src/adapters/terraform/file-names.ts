/** What Terraform reads, and what modules bring along for it to read. */
const ENDINGS =
  /\.(?:tf|tofu|tf\.json|tofu\.json|tfvars|tfvars\.json|hcl|json|ya?ml|tpl|tftpl|tmpl|sh|ps1|txt|md|conf|cfg|ini|pem|crt|rego)$/i;
const LOCK_FILE = '.terraform.lock.hcl';
/** Names that we or Terraform itself write: none may come from a document. */
const RESERVED = /^(?:terraform\.tfstate.*|errored\.tfstate|terraform\.rc|tfplan|pao[._-].*)$/i;
const UNFIT = /[\u0000-\u001f\u007f-\u009f\\:*?"<>|]/;
const MAX_PATH = 200;
const MAX_DEPTH = 10;

const segmentProblem = (segment: string): string | undefined => {
  if (segment === '' || segment === '.' || segment === '..') return 'has an empty part, `.` or `..`';
  if (segment.startsWith('.') && segment !== LOCK_FILE) return 'has a hidden part';
  if (segment !== segment.trim() || segment.endsWith('.'))
    return 'has a part that starts or ends with a space or a dot';
  return undefined;
};

/** Why a relative folder can't be taken; undefined for one that can. */
export const folderProblem = (path: string): string | undefined => {
  if (path.length > MAX_PATH) return `is longer than ${MAX_PATH} characters`;
  if (UNFIT.test(path)) return 'holds a character that file names should not have';
  if (path !== path.normalize('NFC') || !path.isWellFormed()) return 'is not normalised (NFC)';
  const segments = path.split('/');
  if (segments.length > MAX_DEPTH) return `is more than ${MAX_DEPTH} folders deep`;
  return segments.map(segmentProblem).find((problem) => problem !== undefined);
};

/** Why a file of a document can't be written; undefined for one that can. */
export const fileProblem = (path: string): string | undefined => {
  const problem = folderProblem(path);
  if (problem !== undefined) return problem;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (RESERVED.test(name)) return 'has a name that is kept for the executor or for Terraform itself';
  if (name !== LOCK_FILE && !ENDINGS.test(name)) return 'has an ending that Terraform and its modules have no use for';
  return undefined;
};
