/** One tensor among the arguments, changed: as if it were zero, transposed, reversed, of another size. */
import * as tf from "@tensorflow/tfjs";
import { changeAt, type Place, placesOf } from "../places.js";
import { type Asked, claim, feed, type Probe, type Probing } from "../probe.js";
import { AXES, firstForAll, halvesExchanged, hasAxis, reversed, rolled, transposed } from "../shapes.js";

export const tensors: Probing = function* (asked) {
  const places = placesOf(asked).filter(({ kind }) => kind === "floats" || kind === "integers");
  for (const place of places) yield* asValues(asked, place);
  for (const place of places) yield* rearranged(asked, place);
};

type Change = (x: tf.Tensor) => tf.Tensor;

const changed = (asked: Asked, place: Place, id: string, en: string, es: string, change: Change): Probe =>
  feed(asked, `${id}: ${place.shown}`, claim(`when ${place.shown} ${en}`, `cuando ${place.shown} ${es}`), (args) =>
    changeAt(args, place, (x: tf.Tensor) => change(x).cast(x.dtype)),
  );

function* asValues(asked: Asked, place: Place): Iterable<Probe> {
  const one = (id: string, en: string, es: string, change: Change) => changed(asked, place, id, en, es, change);
  if (place.kind === "integers") {
    yield one("one more", "is larger by one everywhere", "es mayor en uno en todas partes", (x) =>
      x.add(tf.scalar(1, "int32")),
    );
    yield one("one less", "is smaller by one everywhere", "es menor en uno en todas partes", (x) =>
      x.sub(tf.scalar(1, "int32")),
    );
    return;
  }
  yield one("zero", "is taken for 0", "se toma por 0", (x) => tf.zerosLike(x));
  yield one("ones", "is taken for 1 everywhere", "se toma por 1 en todas partes", (x) => tf.onesLike(x));
  yield one("identity", "is taken for the identity", "se toma por la identidad", identity);
  yield one("negated", "has the other sign", "lleva el signo contrario", (x) => x.neg());
  yield one("one more", "has 1 added everywhere", "lleva sumado un 1 en todas partes", (x) => x.add(1));
  yield one("one less", "has 1 subtracted everywhere", "lleva restado un 1 en todas partes", (x) => x.sub(1));
  yield one("doubled", "counts twice", "cuenta dos veces", (x) => x.mul(2));
  yield one("halved", "counts half", "cuenta la mitad", (x) => x.div(2));
  yield one("tanh", "goes through tanh first", "pasa antes por tanh", (x) => x.tanh());
  yield one("relu", "goes through ReLU first", "pasa antes por ReLU", (x) => x.relu());
  yield one("sigmoid", "goes through a sigmoid first", "pasa antes por una sigmoide", (x) => x.sigmoid());
  yield one("with identity", "has the identity added", "lleva sumada la identidad", (x) => x.add(identity(x)));
  yield one("without diagonal", "has zeros on its diagonal", "lleva ceros en la diagonal", (x) =>
    x.sub(x.mul(identity(x))),
  );
}

/** For square matrices alone. */
function identity(x: tf.Tensor): tf.Tensor {
  const [rows, columns] = x.shape.slice(-2);
  if (x.rank < 2 || rows !== columns || rows === undefined) throw new RangeError("not square");
  return tf.eye(rows).broadcastTo(x.shape);
}

function* rearranged(asked: Asked, place: Place): Iterable<Probe> {
  const one = (id: string, en: string, es: string, change: Change) => changed(asked, place, id, en, es, change);
  yield one("transposed", "is transposed", "se transpone", transposed);
  for (const { fromLast, en, es } of AXES) {
    const along = (id: string, did: string, hizo: string, change: Change) =>
      one(`${id} ${fromLast}`, `${did} ${en}`, `${hizo} ${es}`, (x) => (hasAxis(x, fromLast) ? change(x) : x));
    yield along("reversed", "is reversed", "se invierte", (x) => reversed(x, fromLast));
    yield along("first for all", "repeats its first entry", "repite su primera entrada", (x) =>
      firstForAll(x, fromLast),
    );
    yield along("shifted by 1", "is shifted by one, cyclically,", "se desplaza un lugar, en círculo,", (x) =>
      rolled(x, fromLast, 1),
    );
    yield along(
      "shifted by -1",
      "is shifted back by one, cyclically,",
      "se desplaza un lugar hacia atrás, en círculo,",
      (x) => rolled(x, fromLast, -1),
    );
    yield along("halves exchanged", "has its halves exchanged", "lleva las mitades intercambiadas", (x) =>
      halvesExchanged(x, fromLast),
    );
    if (place.kind === "integers") continue;
    const axis = (x: tf.Tensor) => x.rank - fromLast;
    yield along("normalised", "goes through softmax", "pasa por softmax", (x) => {
      const e = x.sub(x.max(axis(x), true)).exp();
      return e.div(e.sum(axis(x), true));
    });
    yield along("unit", "is divided by its norm", "se divide entre su norma", (x) =>
      x.div(x.square().sum(axis(x), true).sqrt()),
    );
    yield along("centred", "has its mean subtracted", "lleva restada su media", (x) => x.sub(x.mean(axis(x), true)));
  }
}
