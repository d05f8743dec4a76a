/**
 * Mutants that pass, and why they may: what they change makes no difference that an exercise asks for.
 * By exercise, and by what the mutant is called: its function, and its lines as they were and as they are.
 */
export const REASONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
