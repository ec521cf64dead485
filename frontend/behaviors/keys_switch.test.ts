import { beforeEach, expect, test } from "vitest";
import keysSwitch, { areKeysOff } from "./keys_switch.ts";

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = '<input type="checkbox" checked>';
});

const box = () => document.querySelector("input") as HTMLInputElement;

test("keys are on until somebody switches them off", () => {
  keysSwitch(box());
  expect(areKeysOff()).toBe(false);
  box().click();
  expect(areKeysOff()).toBe(true);
});

test("the next page remembers the choice", () => {
  localStorage.setItem("opora-keys", "off");
  keysSwitch(box());
  expect(box().checked).toBe(false);
  box().click();
  expect(areKeysOff()).toBe(false);
});
