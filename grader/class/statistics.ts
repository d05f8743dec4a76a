/** What a gradebook says of a class as a whole. */
import type { Gradebook, StudentGrade } from "./gradebook.js";

/** Outcomes of files that somebody has worked on. */
const isStarted = (outcome: string): boolean => outcome !== "missing" && outcome !== "not started";

const gradedIn = ({ students }: Gradebook): readonly StudentGrade[] =>
  students.filter(({ status }) => status === "graded");

export interface Bucket {
  /** Points, both included. */
  readonly from: number;
  readonly to: number;
  readonly students: number;
}

const BUCKETS = 10;

/** How many students have how many points, in ten parts of what can be had. */
export function distribution(gradebook: Gradebook): Bucket[] {
  const { maxPoints } = gradebook;
  const graded = gradedIn(gradebook);
  return Array.from({ length: BUCKETS }, (_, i) => {
    const [start, end] = [i, i + 1].map((part) => Math.ceil((part * maxPoints) / BUCKETS));
    const from = start ?? 0;
    const to = i === BUCKETS - 1 ? maxPoints : (end ?? 0) - 1;
    return { from, to, students: graded.filter(({ points }) => points >= from && points <= to).length };
  });
}

/** By exercise: how many began it and passed it, the mean of those who began it, and the points that were lost in it. */
export function exerciseRows(gradebook: Gradebook) {
  return gradebook.run.exercises.map((id) => {
    const entries = gradedIn(gradebook).flatMap(({ exercises }) => exercises[id] ?? []);
    const started = entries.filter(({ outcome }) => isStarted(outcome));
    const got = started.reduce((sum, { points }) => sum + points, 0);
    const maxPoints = entries[0]?.maxPoints ?? 0;
    return {
      ...{ id, maxPoints, started: started.length },
      passed: started.filter(({ outcome }) => outcome === "passed").length,
      mean: started.length === 0 ? 0 : got / started.length,
      lost: started.length * maxPoints - got,
    };
  });
}

/** Mistakes, known ones and others that explain the numbers, those that cost the class most points first. */
export function costlyMistakes(gradebook: Gradebook) {
  const found = new Map<string, { exercise: string; id: string; text: string; students: number; points: number }>();
  for (const { exercises } of gradedIn(gradebook)) {
    for (const [exercise, { diagnoses }] of Object.entries(exercises)) {
      for (const { is, id, text, points } of diagnoses) {
        if (is !== "mistake" && is !== "probe") continue;
        const known = found.get(`${exercise} ${id}`) ?? { exercise, id, text, students: 0, points: 0 };
        found.set(`${exercise} ${id}`, { ...known, students: known.students + 1, points: known.points + points });
      }
    }
  }
  return [...found.values()].sort((a, b) => b.points - a.points || b.students - a.students);
}

/**
 * Who began exercises that do not pass, and passed none that comes after them; those who passed least first. Whoever
 * is further on, or has begun nothing, is not stuck.
 */
export function stuckStudents(gradebook: Gradebook) {
  return gradedIn(gradebook)
    .map((student) => {
      const entries = gradebook.run.exercises.map((id) => ({
        id,
        outcome: student.exercises[id]?.outcome ?? "missing",
      }));
      const last = entries.findLastIndex(({ outcome }) => outcome === "passed");
      const at = entries.slice(last + 1).filter(({ outcome }) => isStarted(outcome) && outcome !== "waiting");
      const passed = entries.filter(({ outcome }) => outcome === "passed").length;
      return { student, passed, at: at.map(({ id }) => id) };
    })
    .filter(({ at }) => at.length > 0)
    .sort((a, b) => a.passed - b.passed);
}
