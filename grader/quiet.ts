/** Loaded before the project's tests: keeps tfjs from advising faster backends. */
import { enableProdMode } from "@tensorflow/tfjs";

enableProdMode();
