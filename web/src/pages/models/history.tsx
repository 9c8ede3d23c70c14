// Hits run by run, as a chart; the numbers are in a table for who cannot see it.
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'

import type { Schemas } from '../../api/client'
import { useText } from '../../i18n'

use([LineChart, BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

export default function History({ runs }: { runs: Schemas['RunLine'][] }) {
  const { t } = useText()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!box.current) return
    const chart = init(box.current, undefined, { renderer: 'svg' })
    const ordered = [...runs].sort((a, b) => a.run - b.run)
    chart.setOption({
      animation: false,
      color: ['#1f4b73', '#d9a441'],
      textStyle: { fontFamily: 'inherit', color: '#55626f' },
      grid: { left: 48, right: 12, top: 30, bottom: 26 },
      legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: '#55626f' } },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: ordered.map((run) => run.as_of), axisLine: { lineStyle: { color: '#bcc5ce' } }, axisTick: { show: false }, axisLabel: { color: '#55626f' } },
      yAxis: { type: 'value', minInterval: 1, splitLine: { lineStyle: { color: '#ebeef1' } }, axisLabel: { color: '#55626f' } },
      series: [
        { name: t('hits'), type: 'bar', barMaxWidth: 26, data: ordered.map((run) => run.hit) },
        { name: t('undetermined'), type: 'line', symbolSize: 5, data: ordered.map((run) => run.undetermined) },
      ],
    })
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
  }, [runs, t])
  return (
    <>
      <div ref={box} style={{ height: 220 }} aria-hidden="true" />
      <table className="visually-hidden">
        <caption>{t('model_history')}</caption>
        <tbody>
          {runs.map((run) => (
            <tr key={run.run}>
              <th scope="row">{run.as_of}</th>
              <td>
                {t('hits')} {run.hit}
              </td>
              <td>
                {t('undetermined')} {run.undetermined}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
