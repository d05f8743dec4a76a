import { expect, test } from "vitest";
import { openMeter } from "./meter.js";
import { usageIn } from "./usage.js";

/** A meter and the hands of its clock. */
function metered() {
  let time = 0;
  const meter = openMeter(() => time);
  return {
    meter,
    after: (seconds: number, processorSeconds?: number) => {
      time += seconds * 1000;
      meter.note(processorSeconds);
      return meter.spent();
    },
    sleep: (seconds: number) => {
      time += seconds * 1000;
    },
  };
}

test("counts what the system tells of: waiting for the processor, or for a clock, is no work", () => {
  const { meter, after, sleep } = metered();
  meter.begin(0.2);
  expect(after(40, 0.2)).toBe(0);
  expect(after(60, 3.2)).toBe(3);
  meter.end();
  sleep(100);
  meter.begin(3.5);
  expect(meter.spent()).toBe(0);
  expect(after(1, 4)).toBeCloseTo(0.5);
  meter.end();
  expect(meter.total()).toBeCloseTo(3.5);
});

test("never says more than has passed, however many threads have worked", () => {
  const { meter, after } = metered();
  meter.begin(0);
  expect(after(2, 3.5)).toBe(2);
  expect(after(2, 3.5)).toBe(3.5);
});

test("a process that is gone, or a part of it, takes nothing back", () => {
  const { meter, after } = metered();
  meter.begin(1);
  expect(after(5, 4)).toBe(3);
  expect(after(5, 2)).toBe(3);
});

test("goes by the clock where the system tells nothing, and while it does not", () => {
  const { meter, after, sleep } = metered();
  meter.begin();
  expect(after(2)).toBe(2);
  expect(after(1)).toBe(3);
  meter.end();
  sleep(50);
  meter.begin();
  expect(after(1)).toBe(1);
  // A list of processes that comes now and then: what is between is the clock's.
  const seldom = metered();
  seldom.meter.begin();
  expect(seldom.after(4, 1)).toBe(1);
  expect(seldom.after(0.5)).toBe(1.5);
  seldom.meter.end();
  seldom.sleep(30);
  seldom.meter.begin();
  expect(seldom.after(2, 1.75)).toBe(0.25);
});

test("reads the lists of processes of other systems", () => {
  const list = "  77  2048 0:03.50\n  77 1024   1:00.25\n 770 9 9:00.00\n 78  1 1-02:03:04\n";
  expect(usageIn(list, 77)).toEqual({ bytes: 3072 * 1024, processorSeconds: 63.75 });
  expect(usageIn(list, 78)).toEqual({ bytes: 1024, processorSeconds: 93_784 });
  expect(usageIn(list, 7)).toEqual({ bytes: 0 });
});
