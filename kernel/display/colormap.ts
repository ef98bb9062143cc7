/** Names of the colour scales; `-r` is the same scale backwards. */
export type ColormapName = "gray" | "gray-r" | "viridis" | "magma" | "diverging";

export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Colours at equal distances, from lowest to highest. Viridis and magma are matplotlib's,
 * perceptually uniform; diverging is ColorBrewer's RdBu, for values around zero.
 */
const stops: Readonly<Record<ColormapName, string>> = {
  gray: "000000 ffffff",
  "gray-r": "ffffff 000000",
  viridis: "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
  magma: "000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf",
  diverging: "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f",
};

export const colormapNames = Object.keys(stops);

export const isColormap = (name: string): name is ColormapName => Object.hasOwn(stops, name);

/** 256 colours of a scale, interpolated between its stops. */
export function colormap(name: ColormapName): readonly Rgb[] {
  const colours = stops[name].split(" ").map((hex) => {
    const bits = Number.parseInt(hex, 16);
    return [bits >> 16, (bits >> 8) & 255, bits & 255];
  });
  return Array.from({ length: 256 }, (_, level) => {
    const at = (level / 255) * (colours.length - 1);
    const low = Math.min(Math.floor(at), colours.length - 2);
    const mix = (channel: number): number => {
      const [from, to] = [colours[low][channel], colours[low + 1][channel]];
      return Math.round(from + (at - low) * (to - from));
    };
    return [mix(0), mix(1), mix(2)];
  });
}
