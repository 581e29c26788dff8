import { onBeforeUnmount, onMounted, shallowRef, watch, type ShallowRef } from 'vue'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface PlotSource {
  /** Where the plot is put. */
  readonly host: Readonly<ShallowRef<HTMLElement | null>>
  /** Everything that makes another plot of it (series, scales, theme), as one value that is compared by identity. */
  readonly shape: () => string
  readonly options: (width: number, height: number) => uPlot.Options
  readonly data: () => uPlot.AlignedData
}

/** A uPlot that lives as long as its component: made anew when its options change, else only given new data. */
export function usePlot({ host, shape, options, data }: PlotSource): Readonly<ShallowRef<uPlot | null>> {
  const plot = shallowRef<uPlot | null>(null)

  function make(): void {
    const element = host.value
    plot.value?.destroy()
    plot.value = null
    if (element === null || element.clientWidth === 0 || element.clientHeight === 0) return
    plot.value = new uPlot(options(element.clientWidth, element.clientHeight), data(), element)
  }

  const resize = new ResizeObserver(() => {
    const element = host.value
    if (element === null) return
    if (plot.value === null) make()
    else if (element.clientWidth > 0 && element.clientHeight > 0) {
      plot.value.setSize({ width: element.clientWidth, height: element.clientHeight })
    }
  })
  watch(host, (element, before) => {
    if (before) resize.unobserve(before)
    if (element) resize.observe(element)
    else make()
  })
  onMounted(() => {
    if (host.value) resize.observe(host.value)
  })
  watch(shape, make)
  watch(data, (values) => plot.value?.setData(values))
  onBeforeUnmount(() => {
    resize.disconnect()
    plot.value?.destroy()
  })
  return plot
}
