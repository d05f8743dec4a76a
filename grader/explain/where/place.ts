/** Where an answer is wrong: always true, and often enough. */
import { both, type Text } from "../../language.js";
import type { Session } from "../../suite/definition.js";
import { answersOf } from "../answers.js";
import { parametersOf } from "../parameters.js";
import { featureOf } from "./cases.js";
import { fieldsRight, sayFields } from "./fields.js";
import { sayGradients } from "./gradients.js";
import { regionOf } from "./regions.js";

export interface Located {
  readonly id: string;
  readonly text: Text;
}

/** Fields, options, regions; nothing where a function is wrong in all that it answers. */
export async function locate(session: Session, name: string): Promise<Located | undefined> {
  const all = await answersOf(session, name);
  const parameters = parametersOf(session.suite, name);
  const gradients = sayGradients(session, name, parameters, all);
  if (gradients !== undefined) return { id: "gradients", text: gradients };
  const answers = all.filter((one) => !one.gradients);
  if (answers.every(({ isRight }) => isRight)) return undefined;
  const fields = fieldsRight(answers);
  const said = sayFields(fields);
  const feature = featureOf(name, parameters, answers);
  const region = regionOf(answers);
  const ids = [said && `fields ${fields.wrong.join()}`, feature?.id, region?.id].filter((id) => id !== undefined);
  if (ids.length === 0) return undefined;
  const text = both((language) => {
    const parts = [feature?.text[language], region?.text[language]].filter((part) => part !== undefined);
    const where = parts.join(", ");
    const rest = parts.length === 0 ? "" : WRONG[language](where, feature !== undefined);
    return [said?.[language], rest].filter(Boolean).join(" ");
  });
  return { id: ids.join("; "), text };
}

const WRONG = {
  en: (where: string, otherwise: boolean) => `It is wrong ${where}${otherwise ? ", and right otherwise" : ""}.`,
  es: (where: string, otherwise: boolean) => `Está mal ${where}${otherwise ? "; en lo demás está bien" : ""}.`,
};
