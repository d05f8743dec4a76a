/** What is said of a submission that is taken in. */
import { both, type Language, type Text } from "../../language.js";
import { quoting } from "../../text/quote.js";

/** Why a file was not taken. */
export type Why =
  | "link"
  | "special"
  | "large"
  | "encrypted"
  | "method"
  | "damaged"
  | "unreadable"
  | "absent"
  | "too much";

/** A commit, and what its committer's clock said. */
interface Dated {
  readonly hash: string;
  readonly date: string;
}

const en = {
  why: {
    link: "it is a link; put the file itself there",
    special: "it is not an ordinary file",
    large: "it is larger than an exercise may be (256 KiB)",
    encrypted: "it is encrypted; pack it without a password",
    method: "it is compressed in a way that is not known here; pack it as an ordinary zip",
    damaged: "it is damaged; pack or push it again",
    unreadable: "it cannot be read; look at its permissions",
    absent: "it is not in the repository's objects, or it is larger than an exercise may be (256 KiB)",
    "too much": "the submission holds more than is read",
  } satisfies Record<Why, string>,
  notTaken: (file: string, why: string) => `${file} was not taken: ${why}.`,
  more: (count: number) => `… and ${count} more problems of this kind.`,
  letterCase: (file: string, expected: string) =>
    `${file} was not taken: its name must be ${expected}, in the same capital and small letters.`,
  unsafeNames: (count: number, example: string) =>
    `${count} entries of the archive have names that no file should have (such as ${example}); they were passed over.`,
  doubled: (file: string) =>
    `${file} is in the archive more than once; the last one counts, as it does for unzip and tar.`,
  notCompared:
    "The submission holds more files than are compared with the release; the list of changes is not complete.",
  truncated: "The archive is cut short or damaged; what could be read of it was taken. Hand it in again.",
  stoppedAt: (size: string) => `The archive was read up to ${size}; what follows was not looked at.`,
  strangeGit: (name: string) =>
    `${name} is not a repository by itself; the files were taken as they lie in the folder, without a date.`,
  datedBackwards: (commit: Dated, parent: Dated, more: number) =>
    `Commit ${commit.hash} is dated ${commit.date}, before ${parent.hash} (${parent.date}), which it builds on${more === 0 ? "" : `; so are ${more} more`}: a clock was wrong, or dates were changed. It counts as made at the later date. Look at when it was pushed.`,
  mergedBackwards: (commit: Dated, parent: Dated, more: number) =>
    `Merge ${commit.hash} is dated ${commit.date}, before ${parent.hash} (${parent.date}), which is in it${more === 0 ? "" : `; so are ${more} more`}: a clock was wrong, or dates were changed. It counts as made at the later date. Look at when it was pushed.`,
  undated: (commit: string, more: number) =>
    `Commit ${commit}${more === 0 ? "" : ` (and ${more} more)`} has a date that nobody can compute with. Look at when it was pushed.`,
  notWhole: (count: number) =>
    `Of its history only the last ${count === 1 ? "commit" : `${count} commits`} could be looked at: it is a shallow clone, damaged, or very long. What these build on could be dated later; look at when it was pushed.`,
  noExercises:
    "There are no exercises in it: expected a folder exercises/ with the units in it, at the top or in the only folder.",
  severalRoots: (folders: string) =>
    `More than one folder in it holds exercises (${folders}): hand in only one of them.`,
  linkedExercises: (name: string) => `${name} is a link, and links are not followed: put the folder itself there.`,
  gone: (place: string) => `${place} is not there or cannot be read.`,
  notAFolder: (place: string) => `${place} is not a folder.`,
  notAnArchive: (place: string) =>
    `${place} is neither a zip nor a tar archive, whatever its name says: pack it again.`,
  badArchive: "The archive cannot be read: it is damaged or cut short. Pack it again.",
  tooManyEntries: (count: number) =>
    `The archive holds more than ${count} entries: hand in the folder exercises alone.`,
  packedTwice: "The archive is compressed twice: pack it once.",
  tookTooLong: (seconds: number) => `It took more than ${seconds} seconds to read, and was given up.`,
  tooLarge: (size: string) => `The repository is larger than ${size}, and was given up.`,
  badUrl: (url: string) => `${url} is not an address that is cloned from: expected https, ssh, file or user@host:path.`,
  notCloned: (url: string, why: string) => `${url} could not be cloned: ${why}`,
  noGit: "The program git is not there: install it, or hand over folders or archives.",
  badRepository: (why: string) => `The repository cannot be read: ${why}`,
  borrows:
    "The repository takes objects from elsewhere (links or alternates): clone it in full, without --shared or --reference.",
  noHead: "its HEAD names no branch and no commit.",
  unknownRefs: "git does not understand it.",
  empty: (branch: string) => `There is no commit on its branch ${branch}.`,
  nothingBefore: (deadline: string, first: string) =>
    `There is no commit on its default branch before the deadline (${deadline}); the first one is of ${first}.`,
  unknownDate: "unknown date",
  badSource: (word: string) =>
    `${word}: expected a folder, an archive (.zip, .tar, .tar.gz, .tgz), or the address of a git repository (https, ssh, file or user@host:path).`,
  noSource: (word: string) => `${word} is not there: look at the name, or at the folder that you are in.`,
};

export type IntakeWords = typeof en;

const es: IntakeWords = {
  why: {
    link: "es un enlace; pon ahí el archivo mismo",
    special: "no es un archivo común",
    large: "es más grande de lo que puede ser un ejercicio (256 KiB)",
    encrypted: "está cifrado; comprímelo sin contraseña",
    method: "está comprimido de una forma que aquí no se conoce; comprímelo como un zip común",
    damaged: "está dañado; vuelve a comprimirlo o a subirlo",
    unreadable: "no se puede leer; revisa sus permisos",
    absent: "no está entre los objetos del repositorio, o es más grande de lo que puede ser un ejercicio (256 KiB)",
    "too much": "la entrega tiene más de lo que se lee",
  },
  notTaken: (file, why) => `No se tomó ${file}: ${why}.`,
  more: (count) => `… y ${count} problemas más de este tipo.`,
  letterCase: (file, expected) =>
    `No se tomó ${file}: debe llamarse ${expected}, con las mismas mayúsculas y minúsculas.`,
  unsafeNames: (count, example) =>
    `${count} entradas del archivo comprimido tienen nombres que ningún archivo debería tener (como ${example}); se pasaron por alto.`,
  doubled: (file) => `${file} está más de una vez en el archivo comprimido; cuenta la última, como hacen unzip y tar.`,
  notCompared:
    "La entrega tiene más archivos de los que se comparan con la versión entregada; la lista de cambios no está completa.",
  truncated: "El archivo comprimido está cortado o dañado; se tomó lo que se pudo leer. Conviene volver a entregarlo.",
  stoppedAt: (size) => `El archivo comprimido se leyó hasta ${size}; lo que sigue no se miró.`,
  strangeGit: (name) =>
    `${name} no es un repositorio por sí mismo; los archivos se tomaron como están en la carpeta, sin fecha.`,
  datedBackwards: (commit, parent, more) =>
    `El commit ${commit.hash} tiene fecha ${commit.date}, anterior a la de ${parent.hash} (${parent.date}), en el que se apoya${more === 0 ? "" : `; y hay ${more} más así`}: un reloj estaba mal o se cambiaron las fechas. Cuenta con la fecha posterior. Mira cuándo se subió.`,
  mergedBackwards: (commit, parent, more) =>
    `El merge ${commit.hash} tiene fecha ${commit.date}, anterior a la de ${parent.hash} (${parent.date}), que está en él${more === 0 ? "" : `; y hay ${more} más así`}: un reloj estaba mal o se cambiaron las fechas. Cuenta con la fecha posterior. Mira cuándo se subió.`,
  undated: (commit, more) =>
    `El commit ${commit}${more === 0 ? "" : ` (y ${more} más)`} tiene una fecha con la que nadie puede calcular. Mira cuándo se subió.`,
  notWhole: (count) =>
    `De su historia solo se ${count === 1 ? "pudo mirar el último commit" : `pudieron mirar los últimos ${count} commits`}: es un clon superficial (shallow), está dañada o es muy larga. Aquello en lo que se apoyan podría tener fecha posterior; mira cuándo se subió.`,
  noExercises:
    "No contiene ejercicios: se esperaba una carpeta exercises/ con las unidades, arriba de todo o en la única carpeta.",
  severalRoots: (folders) => `Más de una de sus carpetas contiene ejercicios (${folders}): entrega solo una.`,
  linkedExercises: (name) => `${name} es un enlace, y los enlaces no se siguen: pon ahí la carpeta misma.`,
  gone: (place) => `${place} no existe o no se puede leer.`,
  notAFolder: (place) => `${place} no es una carpeta.`,
  notAnArchive: (place) => `${place} no es un archivo zip ni tar, diga lo que diga su nombre: vuelve a comprimirlo.`,
  badArchive: "El archivo comprimido no se puede leer: está dañado o cortado. Vuelve a comprimirlo.",
  tooManyEntries: (count) => `El archivo comprimido tiene más de ${count} entradas: entrega solo la carpeta exercises.`,
  packedTwice: "El archivo está comprimido dos veces: comprímelo una sola.",
  tookTooLong: (seconds) => `Leerla tardaba más de ${seconds} segundos, y se abandonó.`,
  tooLarge: (size) => `El repositorio ocupa más de ${size}, y se abandonó.`,
  badUrl: (url) =>
    `${url} no es una dirección desde la que se clone: se esperaba https, ssh, file o usuario@servidor:ruta.`,
  notCloned: (url, why) => `No se pudo clonar ${url}: ${why}`,
  noGit: "No está el programa git: instálalo, o entrega carpetas o archivos comprimidos.",
  badRepository: (why) => `No se puede leer el repositorio: ${why}`,
  borrows:
    "El repositorio toma objetos de otro sitio (enlaces o alternates): clónalo completo, sin --shared ni --reference.",
  noHead: "su HEAD no nombra ninguna rama ni ningún commit.",
  unknownRefs: "git no lo entiende.",
  empty: (branch) => `No hay ningún commit en su rama ${branch}.`,
  nothingBefore: (deadline, first) =>
    `No hay ningún commit en su rama principal antes del plazo (${deadline}); el primero es de ${first}.`,
  unknownDate: "fecha desconocida",
  badSource: (word) =>
    `${word}: se esperaba una carpeta, un archivo comprimido (.zip, .tar, .tar.gz, .tgz) o la dirección de un repositorio git (https, ssh, file o usuario@servidor:ruta).`,
  noSource: (word) => `${word} no existe: revisa el nombre, o la carpeta en la que estás.`,
};

const WORDS: Readonly<Record<Language, IntakeWords>> = quoting({ en, es });

export const intakeWordsIn = (language: Language): IntakeWords => WORDS[language];

/** A text in both languages. */
export const say = (pick: (words: IntakeWords) => string): Text => both((language) => pick(WORDS[language]));
