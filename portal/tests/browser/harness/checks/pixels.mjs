// Pictures, compared by the browser itself: a page of no site decodes them.

const decoders = new WeakMap();

async function decoder(page) {
  const context = page.context();
  let other = decoders.get(context);
  if (!other) {
    other = await context.newPage();
    decoders.set(context, other);
  }
  return other;
}

/** The share of pixels that differ clearly between two pictures of one size. */
export async function changedShare(page, first, second) {
  const other = await decoder(page);
  return other.evaluate(
    async (pictures) => {
      const [a, b] = await Promise.all(
        pictures.map(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
          canvas.drawImage(bitmap, 0, 0);
          return canvas.getImageData(0, 0, bitmap.width, bitmap.height).data;
        }),
      );
      let changed = 0;
      for (let at = 0; at < a.length; at += 4) {
        const apart = Math.abs(a[at] - b[at]) + Math.abs(a[at + 1] - b[at + 1]) + Math.abs(a[at + 2] - b[at + 2]);
        if (apart > 96) changed += 1;
      }
      return changed / (a.length / 4);
    },
    [first.toString('base64'), second.toString('base64')],
  );
}
