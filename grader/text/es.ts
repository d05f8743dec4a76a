/** Lo que dice el calificador, en español. */
import type { Dictionary } from "./en.js";

export const es = {
  missingFile: (file: string) => `no existe el archivo ${file}`,
  nearestFile: (file: string) => `; ¿será ${file}? Cámbiale el nombre`,
  linkedOutside: (file: string) => `${file} es un enlace a un lugar fuera de la entrega: pon ahí el archivo mismo`,
  notAFile: (file: string) => `${file} no es un archivo`,
  fileTooLarge: (file: string, limit: string) => `${file} pesa más de ${limit}`,
  unreadable: {
    slow: "leer el código tarda más de lo que debería tardar cualquier ejercicio: sepáralo o busca qué se repite en él",
    large:
      "leer el código ocupa más memoria de la que debería ocupar cualquier ejercicio: sepáralo o busca qué se repite en él",
  },
  tooDeep: "el código está anidado demasiado hondo para leerlo: sepáralo en funciones",
  importRefused: (name: string, allowed: string) => `aquí no se puede importar "${name}"; sí se puede: ${allowed}`,
  dynamicImport: "import(…) no está disponible en los ejercicios: usa una instrucción import al inicio",
  importMeta: "import.meta no está disponible en los ejercicios",
  notErasable: (what: string) =>
    `${what} no está disponible en los ejercicios, que son TypeScript cuyos tipos se pueden quitar sin más: dilo con lo que JavaScript ya tiene`,
  requireCall: "require(…) no está disponible en los ejercicios: usa una instrucción import al inicio",
  nameRefused: (name: string) => `${name} no se puede usar en este ejercicio`,
  defaultExport: (name: string) =>
    `no se exporta ninguna función \`${name}\`: \`export default\` no le da nombre; escribe \`export function ${name}\``,
  topLevelAwait: "await fuera de una función: los ejercicios son síncronos, sin async ni await",
  missingExport: (name: string, near: string | undefined) =>
    `no se exporta ninguna función \`${name}\`${near === undefined ? "" : `; existe \`${near}\`: cámbiale el nombre`}`,

  theResult: "el resultado",
  hasShape: (subject: string, got: string, expected: string) =>
    `${subject} tiene forma ${got}, se esperaba ${expected}`,
  hasDtype: (subject: string, got: string, expected: string) =>
    `${subject} tiene dtype ${got}, se esperaba ${expected}`,
  hasNo: (subject: string, key: string) => `${subject} no tiene \`${key}\``,
  hasSurplus: (subject: string, key: string) => `${subject} tiene además \`${key}\`, que no debería estar ahí`,
  hasOddKeys: (subject: string) => `${subject} tiene claves que no son cadenas`,
  hasLength: (subject: string, got: number, expected: number) =>
    `${subject} tiene ${got} entradas, se esperaban ${expected}`,
  isWhereDue: (subject: string, got: string, expected: string) => `${subject} es ${got}; se esperaba ${expected}`,
  kinds: {
    tensor: "un tensor",
    numbers: "un arreglo",
    array: "un arreglo",
    number: "un número",
    boolean: "un booleano",
    string: "una cadena",
    undefined: "undefined (¿falta un return?)",
    null: "null",
    object: "un objeto",
    map: "un Map",
    callable: "una función",
    disposed: "un tensor ya liberado",
    other: "un valor que ningún ejercicio devuelve",
  },
  aPromise: "una Promise (los ejercicios son síncronos: sin async ni await)",
  aGenerator: "un generador (sin function*: devuelve el valor mismo)",
  aKind: (what: string) => `un valor de tipo ${what}`,
  gotExpected: (subject: string, got: string, expected: string) => `${subject}: salió ${got}, se esperaba ${expected}`,
  nanAt: (subject: string, count: number, of: number, where: string, expected: string) =>
    `${subject}: NaN en ${count} de ${of} lugares, el primero en ${where}, se esperaba ${expected}`,
  valuesOff: (subject: string, off: number, of: number, where: string, got: string, expected: string) =>
    `${subject}: ${off} de ${of} valores difieren, el peor en ${where}: salió ${got}, se esperaba ${expected}`,
  tolerance: (absolute: string, relative: string) => ` (tolerancia ${absolute} + ${relative}·|esperado|)`,
  onlyExtreme:
    "Con entradas comunes los números están bien: cerca de ±1000, float32 se desborda o pierde sus dígitos. Resta lo que tienen en común antes de exponenciar, elevar al cuadrado o sumar.",
  got: "salió",
  expected: "esperado",
  gradientBy: (argument: string) => `gradiente respecto al argumento ${argument}`,
  notFinite: (subject: string, got: string) => `${subject} tiene ${got} donde todo número debe ser finito`,
  negativeWeight: (got: string) => `un peso es ${got}: los pesos de una distribución nunca son negativos`,
  theWeights: "los pesos",
  sumsOfWeights: "las sumas de los pesos",
  maskedWeight: (got: string) => `una posición enmascarada tiene el peso ${got}; debe ser exactamente 0`,
  unknownCall: (args: string, due: string | undefined) =>
    `una función de los argumentos se llamó con ${args}${due === undefined ? "; la referencia nunca la llama" : `; la referencia la llama, por ejemplo, con ${due}`}`,
  calledAgain: (args, got, most) =>
    `una función de los argumentos se llamó ${got} veces con lo mismo, ${args}; ${most === 1 ? "basta una" : `bastan ${most}`}`,
  doesNotFit: "la respuesta tiene una forma de la que esto no se puede decir: mira antes las pruebas de arriba",
  answersOtherwise: (name) => `${name} responde otra cosa cuando se llama de nuevo con los mismos argumentos`,
  calledOften: (which: number, of: number, got: number, expected: number) =>
    `la función${of > 1 ? ` número ${which} de las ${of}` : ""} entre los argumentos se llamó ${got} veces, se esperaban ${expected}`,
  tensorTooLarge: (got: number, limit: number) =>
    `en el camino se creó un tensor con ${got} entradas; se esperaban menos de ${limit} en cada uno`,
  sameForAll: (name: string) =>
    `${name} responde lo mismo con cualquier entrada, así que lo demás que cumpla no cuenta`,
  shouldRefuse: (call: string) => `se esperaba un RangeError de ${call}, pero devolvió un valor`,
  refusedOtherwise: (call: string, how: string) => `se esperaba de ${call} un RangeError que diga qué está mal; ${how}`,

  threw: (what: string) => `la llamada lanzó ${what}`,
  threwNonError: (value: string) => `la llamada lanzó ${value}, que no es un Error`,
  anObject: "un objeto",
  withoutMessage: (name: string) => `${name} sin mensaje`,
  loadThrew: (what: string) => `el archivo lanzó un error al cargarse: ${what}`,
  notStarted: "todavía sin escribir: el TODO sigue ahí",
  timedOut: (seconds: number) => `sin respuesta después de ${seconds} s: ¿hay un ciclo que no termina?`,
  outOfMemory: "más memoria de la que puede usar una llamada (512 MB de heap, 1 GiB en total): ¿algo crece sin fin?",
  crashed: (how: string) => `el proceso terminó antes de responder (${how})`,
  tookTooLong: (seconds: number) => `no se preguntó: las llamadas de este ejercicio tardaron ${seconds} s en total`,
  budgetSpent: (seconds: number) =>
    `no se preguntó: se agotaron los ${seconds} s de procesador que hay para todos los ejercicios`,
  gaveUp: "no se preguntó: llamadas anteriores terminaron su proceso dos veces",
  tooLarge: (what: string) => `la respuesta es demasiado grande: ${what}`,
  disposedInput: (name: string) =>
    `se liberó el argumento ${name}: las entradas son de quien llama, déjalas como están`,
  changedInput: (name: string) =>
    `se modificó el argumento ${name}: las entradas son de quien llama, déjalas como están`,
  leftBehind: (left: number, returned: number) =>
    `quedan ${left} tensores además de los ${returned} de la respuesta: al entrenar se acumulan hasta llenar la memoria. Pon el trabajo dentro de tf.tidy, o libéralos`,
  leaked: (count: number) =>
    `${count === 1 ? "1 tensor sobrevive" : `${count} tensores sobreviven`} a tf.tidy: los ejercicios no conservan más tensores que los que devuelven (tf.keep, tf.variable)`,
  stackOverflow: "recursión sin fin (se desbordó la pila de llamadas): ¿dónde deja de llamarse a sí misma?",
  noGradient: (kernel: string) =>
    `tfjs no tiene gradiente para la operación ${kernel}: escribe este paso con otras (matMul, slice, concat, where con una máscara que no dependa de las entradas)`,
  broadcastGradient: (kernel: string) =>
    `tfjs no puede sumar el gradiente de ${kernel} sobre los ejes que replicó: para [..., a] por [a, b] usa linear de ../support.js`,
  shapelessGradient: (kernel: string) =>
    `el gradiente que tfjs tiene para ${kernel} no sale aquí con la forma de su entrada: escribe este paso con otras (sub, mul, square, one-hot · tabla)`,
  noPath:
    "el resultado no depende de alguno de los argumentos, o el camino está cortado (dataSync, arraySync, tf.tensor con números): quédate en operaciones de tensores",

  noChecks: (expected: number, found: number) => `la suite hizo ${found} comprobaciones y el temario dice ${expected}`,
  suiteFailed: (why: string) => `falló la suite misma: ${why}`,

  title: "Cuaderno de atención",
  seed: (seed: number) => `semilla ${seed}`,
  cached: "sin cambios",
  grading: (id: string, title: string) => `calificando ${id} ${title} …`,
  checking: (check: number, of: number) => `comprobación ${check} de ${of}`,
  takesLong: (seconds: number) => `este tarda más: van ${seconds} s`,
  preparing: "preparando el entorno aislado (solo la primera vez) …",
  starting: "iniciando …",
  points: (points: number, of: number) => `${points} de ${of} puntos`,
  shortPoints: (points: number, of: number) => `${points} de ${of}`,
  pointsSoFar: (points: number) => `${points} ${points === 1 ? "punto" : "puntos"} hasta ahora, no es definitivo`,
  ungraded: "sin calificar",
  notFinal: (ids: string) =>
    `No es definitivo: falló el calificador mismo${ids === "" ? "" : ` en ${ids}`}, así que esto no es una calificación. Vuelve a calificar.`,
  unit: (number: number, title: string) => `Unidad ${number} · ${title}`,
  total: "total",
  bonus: "extra, ejercicios opcionales",
  outcome: {
    passed: "aprobado",
    partial: "en parte correcto",
    wrong: "todavía no",
    "not started": "sin empezar",
    missing: "falta",
    "does not compile": "no compila",
    "breaks a rule": "rompe una regla",
    threw: "lanzó un error",
    "bad value": "valor de otro tipo",
    "timed out": "tardó demasiado",
    "out of memory": "sin memoria",
    crashed: "terminó su proceso",
    waiting: "en espera",
    "grader error": "error del calificador",
  },
  waitingFor: (ids: string) => `en espera de ${ids}: ${ids.includes(",") ? "apruébalos" : "apruébalo"} primero`,
  remark: "conviene saber:",
  printed: "tu código imprimió:",
  next: "sigue:",
  nextStep: (place: string, id: string) => `${place} · npm run hint -- ${id}`,
  bringBack: (id: string) => `npm run reset -- ${id} devuelve la plantilla`,
  recordedCases:
    "Calificado con casos grabados: las pruebas completas sortean entradas nuevas y necesitan la clave de quien da el curso.",
  allPassed: "Todo aprobado. ¡Felicidades!",
  stopped: "se detuvo en el primer ejercicio no aprobado (--bail)",
  graderError:
    "Es una falla del calificador, no de tu código, y nadie pierde por ella: no es una calificación. Ejecuta npm run doctor, reporta lo que diga y vuelve a calificar.",
  optional: "opcional",

  usage: "uso:",
  options: "opciones:",
  commands: "comandos:",
  unknownCommand: (word: string, near: string | undefined) =>
    `no existe el comando "${word}"${near ? `; ¿quisiste decir ${near}?` : ""}`,
  unknownOption: (option: string, near: string | undefined) =>
    `no existe la opción ${option}${near ? `; ¿quisiste decir ${near}?` : ""}`,
  badOptionValue: (option) => `${option}: falta un valor, o sobra uno`,
  unknownFormat: (name, known) => `--format ${name}: se esperaba ${known}`,
  oneOut: (count) =>
    `--out es para un solo formato, y hay ${count} sin archivo propio: di adónde va cada uno, por ejemplo --format junit=report.xml,json=grade.json`,
  manyOnOutput: (names) =>
    `${names} no caben juntos en la salida estándar: di adónde va cada uno, por ejemplo --format junit=report.xml,json=grade.json`,
  unknownBench: (what) =>
    `no existe la medición ${what}: no pongas nada, o pon train (pasos de entrenamiento) o labs (lo que alcanza el entrenamiento)`,
  unknownExercise: (word: string, near: string | undefined) =>
    `no existe el ejercicio o unidad "${word}"${near ? `; ¿quisiste decir ${near}?` : "."} npm run list los muestra todos`,
  oneExercise: (command: string) => `npm run ${command} -- 1.1: indica un ejercicio`,
  badSeed: (word: string) => `--seed recibe un entero de 0 a 4294967295, no "${word}"`,
  badLanguage: (where: string, word: string) => `${where} recibe en o es, no "${word}"`,
  noSubmission: (folder: string) =>
    `${folder} no contiene ejercicios: --submission recibe la raíz de un fork o una carpeta de unidades como solutions`,
  needsTerminal: "npm run watch necesita una terminal; npm run grade funciona en cualquier parte",
  hint: (index: number, of: number, id: string) => `Pista ${index} de ${of} para ${id}`,
  lastHint: (id: string) => `Esa fue la última. npm run hint -- ${id} empieza de nuevo.`,
  moreHints: (id: string) => `La siguiente: npm run hint -- ${id}`,
  noHints: (id: string) => `la lección no tiene pistas para ${id}`,
  readMore: (file: string) => `La lección: ${file}`,
  resetQuestion: (file: string) => `¿Poner la plantilla de ${file} en lugar de lo que escribiste? [s/N] `,
  yes: /^\s*(y|yes|s|si|sí)\s*$/i,
  resetDone: (file: string, backup: string) => `${file} es otra vez la plantilla; lo que escribiste está en ${backup}`,
  resetKept: "no se cambió nada",
  resetSame: (file: string) => `${file} ya es la plantilla`,
  resetAsk: "npm run reset pregunta antes de actuar; sin terminal, agrega --yes",
  written: (file: string) => `se escribió ${file}`,
  stubsDone: (written: number, all: number) => `${all} plantillas, ${written} escritas`,
  legend: "✓ aprobado  ◐ en parte  ✗ todavía no  · sin empezar",
  needs: (ids: string) => `requiere ${ids}`,
  watchKeys: "n siguiente · h pista · l lista · r restaurar · a todos · q salir",
  watching: (file: string) => `vigilando ${file}`,
  watchNext: "aprobado: n pasa al siguiente",
  waitingForSave: "guarda el archivo para calificarlo",

  doctor: {
    node: "Node.js",
    nodeOld: (version: string) => `${version} es muy antigua: instala la 20.19 o una más nueva (nodejs.org)`,
    packages: "paquetes",
    packagesMissing: (name: string) => `falta ${name}: ejecuta npm ci`,
    snapshot: "snapshot",
    snapshotFine: (milliseconds: number) => `construido; arranca en ${milliseconds} ms`,
    permission: "modelo de permisos",
    permissionFine: "el código del estudiante no puede leer archivos, iniciar procesos ni abrir conexiones",
    permissionOpen: (what: string) =>
      `el código del estudiante podría alcanzar ${what}: no califiques código en el que no confíes`,
    bubblewrap: "bubblewrap",
    bubblewrapFine: "funciona: el entorno aislado no tiene red ni archivos",
    bubblewrapMissing: "no se usa; es opcional (Debian, Ubuntu: apt install bubblewrap)",
    cache: "escritura",
    cacheFine: (folder: string) => folder,
    cacheElsewhere: (folder: string) => `la copia es de solo lectura; el caché está en ${folder}`,
    exercises: "ejercicios",
    exercisesFine: (count: number) => `${count} archivos se pueden escribir`,
    exercisesReadOnly: (file: string) => `no se puede escribir ${file}: revisa su dueño y sus permisos`,
    suites: "pruebas",
    suitesFine: (count: number) => `están las de ${count} ejercicios`,
    suitesDamaged: (file: string, more: number) =>
      `${file}${more > 0 ? ` y ${more} más` : ""}: falta o está dañado; recupéralo con git checkout -- grader`,
    fine: "Todo está en orden.",
    notFine: "Falta algo; mira arriba.",
  },
} satisfies Dictionary;
