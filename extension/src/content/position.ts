export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  left: number;
  top: number;
}

const GAP = 12;
const MARGIN = 8;

/** Where the card goes: beside the picture where there is room, else over its corner; always in view. */
export function placeCard(
  picture: Box | null,
  card: Size,
  view: Size,
): { left: number; top: number } {
  const lastLeft = view.width - card.width - MARGIN;
  const lastTop = view.height - card.height - MARGIN;
  const within = (left: number, top: number) => ({
    left: Math.max(MARGIN, Math.min(left, lastLeft)),
    top: Math.max(MARGIN, Math.min(top, lastTop)),
  });
  if (!picture) return within(lastLeft, MARGIN);

  const right = picture.left + picture.width;
  const bottom = picture.top + picture.height;
  const places = [
    { left: right + GAP, top: picture.top },
    { left: picture.left - GAP - card.width, top: picture.top },
    { left: picture.left, top: bottom + GAP },
    { left: picture.left, top: picture.top - GAP - card.height },
  ];
  const beside = places.find(({ left, top }, index) =>
    index < 2 ? left >= MARGIN && left <= lastLeft : top >= MARGIN && top <= lastTop,
  );
  const { left, top } = beside
    ? within(beside.left, beside.top)
    : within(right - card.width - GAP, picture.top + GAP);
  // A picture that is scrolled out of view takes its card along.
  return { left, top: top + Math.min(0, bottom) + Math.max(0, picture.top - view.height) };
}

/** Where CSS object-fit and object-position draw a picture inside its frame. */
export function fitBox(frame: Box, natural: Size, css: { fit: string; position: string }): Box {
  const ratios = [frame.width / natural.width, frame.height / natural.height] as const;
  const contain = Math.min(...ratios);
  const scales: Record<string, number> = {
    contain,
    cover: Math.max(...ratios),
    none: 1,
    "scale-down": Math.min(1, contain),
  };
  const scale = scales[css.fit];
  if (scale === undefined) return frame; // "fill"
  const width = natural.width * scale;
  const height = natural.height * scale;
  const [x = "50%", y = "50%"] = css.position.split(" ");
  return {
    left: frame.left + offset(x, frame.width - width),
    top: frame.top + offset(y, frame.height - height),
    width,
    height,
  };
}

function offset(position: string, room: number): number {
  const value = Number.parseFloat(position);
  if (Number.isNaN(value)) return room / 2;
  return position.endsWith("%") ? (room * value) / 100 : value;
}
