import type { Box } from "../content/position";

/** Room for a badge, and its distance from the picture's edges. CSS pixels. */
const ROOM = { width: 104, height: 26 };
const GAP = 8;

export type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";

const CORNERS: Corner[] = ["top-left", "top-right", "bottom-left", "bottom-right"];
const CONTROLS = "button, [role='button'], [role='switch'], input, select, summary";
/** How far up a site keeps the controls of a picture. */
const LEVELS = 4;

/** The first corner of a picture in which none of the site's controls lie; top left if all are taken. */
export function freeCorner(picture: Box, controls: Box[]): Corner {
  const free = (corner: Corner) => {
    const room = roomAt(corner, picture);
    return !controls.some((control) => overlap(control, room));
  };
  return CORNERS.find(free) ?? "top-left";
}

/** Where the site's own controls lie over a picture. */
export function controlsOver(element: Element, picture: Box): Box[] {
  let frame = element;
  for (let level = 0; level < LEVELS; level++) {
    const parent = frame.parentElement;
    if (!parent || parent === document.body) break;
    const { width, height } = parent.getBoundingClientRect();
    if (width > picture.width * 1.25 || height > picture.height * 1.25) break;
    frame = parent;
  }
  if (frame === element) return [];
  const controls: Box[] = [];
  for (const control of frame.querySelectorAll(CONTROLS)) {
    if (control.contains(element)) continue;
    const box = control.getBoundingClientRect();
    // One that covers the picture opens it; nothing is left free of that.
    if (box.width * box.height < (picture.width * picture.height) / 2) controls.push(box);
  }
  return controls;
}

function roomAt(corner: Corner, picture: Box): Box {
  const right = corner.endsWith("right");
  const bottom = corner.startsWith("bottom");
  return {
    ...ROOM,
    left: right ? picture.left + picture.width - GAP - ROOM.width : picture.left + GAP,
    top: bottom ? picture.top + picture.height - GAP - ROOM.height : picture.top + GAP,
  };
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}
