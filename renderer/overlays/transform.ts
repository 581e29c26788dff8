/** From image pixels to canvas pixels: canvas = image · scale + shift. Pictures are never rotated or stretched. */
export interface ImageTransform {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The transform that shows a window of the image as large as it fits into a rectangle of the canvas, centred. */
export function fitTransform(window: Rectangle, target: Rectangle): ImageTransform {
  const scale = Math.min(target.width / window.width, target.height / window.height)
  return {
    scale,
    x: target.left + (target.width - window.width * scale) / 2 - window.left * scale,
    y: target.top + (target.height - window.height * scale) / 2 - window.top * scale,
  }
}

/** Where a window of the image lies on the canvas. */
export function placed(window: Rectangle, transform: ImageTransform): Rectangle {
  return {
    left: window.left * transform.scale + transform.x,
    top: window.top * transform.scale + transform.y,
    width: window.width * transform.scale,
    height: window.height * transform.scale,
  }
}

/** The transform after zooming by `factor` about a point of the canvas. */
export function zoomedAbout(
  transform: ImageTransform,
  point: { readonly x: number; readonly y: number },
  factor: number,
): ImageTransform {
  return {
    scale: transform.scale * factor,
    x: point.x - (point.x - transform.x) * factor,
    y: point.y - (point.y - transform.y) * factor,
  }
}
