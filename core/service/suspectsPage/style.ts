/** The page's style: the design's tokens (dark by default), given in amber, predicted in cyan, left orange, right blue. */
export const style = `
:root{--bg-0:#0d0f13;--bg-1:#14171d;--bg-2:#1b1f27;--bg-3:#242a34;--line:#2c333f;--text-1:#e8ebf0;--text-2:#a7b0be;--text-3:#8490a1;
--accent:#6aa8ff;--accent-bg:#1d3150;--good:#4fc98f;--bad:#ff7a7a;--given:#ffb65c;--predicted:#5fd0e6;
--side-left:#ff9d5c;--side-right:#5fb4ff;--side-mid:#e6e9ef;--bone-back:rgb(0 0 0/.55);
--font:"Inter","Inter Variable",system-ui,sans-serif;--mono:"JetBrains Mono",ui-monospace,monospace;color-scheme:dark}
:root[data-theme=light]{--bg-0:#eef0f3;--bg-1:#fff;--bg-2:#f5f6f8;--bg-3:#e1e5eb;--line:#d3d8e0;--text-1:#171a1f;--text-2:#475061;--text-3:#5c6778;
--accent:#1f6fd6;--accent-bg:#dbe8fb;--good:#14804f;--bad:#c22f2f;--given:#b36400;--predicted:#0b7f97;
--side-left:#ff8a3d;--side-right:#3d9dff;--side-mid:#fff;color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:var(--bg-0);color:var(--text-1);font:13px/1.45 var(--font);font-feature-settings:"tnum" 1}
h1,h2,h3{font-size:13px;font-weight:600;margin:0}p{margin:0}
.faint{color:var(--text-3)}.num{font-variant-numeric:tabular-nums}
button,input{font:inherit;color:var(--text-1)}
button{height:28px;padding:0 10px;display:inline-flex;align-items:center;gap:8px;border-radius:6px;border:1px solid var(--line);background:var(--bg-2);white-space:nowrap;cursor:pointer}
button:hover{background:var(--bg-3)}button[aria-pressed=true]{background:var(--accent-bg);color:var(--accent);border-color:transparent}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
kbd{font:11px/1 var(--mono);padding:3px 5px;border-radius:4px;background:var(--bg-3);color:var(--text-2);border:1px solid var(--line)}
.chip{display:inline-flex;align-items:center;height:20px;padding:0 7px;border-radius:10px;background:var(--bg-3);color:var(--text-2);font-size:12px;white-space:nowrap}
header.top{display:flex;align-items:center;gap:12px;min-height:44px;padding:6px 12px;background:var(--bg-1);border-bottom:1px solid var(--line);flex-wrap:wrap}
header.top h1{max-width:40ch;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header.top .grow{flex:1}.tasks{display:flex;gap:6px;flex-wrap:wrap}
input[type=search]{height:28px;width:180px;padding:0 8px;border-radius:6px;border:1px solid var(--line);background:var(--bg-2)}
.queue{display:none}
main{padding:12px;display:grid;gap:12px}
article{background:var(--bg-1);border:1px solid var(--line);border-radius:6px;padding:14px;display:grid;grid-template-columns:minmax(0,1fr) 300px;gap:14px}
article>header{grid-column:1/-1;display:flex;align-items:baseline;gap:10px;flex-wrap:wrap;overflow-wrap:anywhere}
article>header h2{font-size:15px}
.pictures{display:grid;grid-template-columns:1fr 1fr;gap:12px;align-content:start;min-width:0}
figure{margin:0;min-width:0}
figcaption{display:flex;gap:8px;height:24px;font-weight:600}.caption-given{color:var(--given)}.caption-predicted{color:var(--predicted)}
.frame{position:relative;aspect-ratio:var(--w)/var(--h);width:min(100%,calc((100vh - 236px)*var(--w)/var(--h)));min-width:140px;margin:0 auto;background:#000;border-radius:6px;overflow:hidden}
.frame img,.frame svg{position:absolute;inset:0;width:100%;height:100%}
.frame img.raster{image-rendering:pixelated}
.bare .raster,.bare .over{visibility:hidden}
svg.over{overflow:hidden}.bone-back{stroke:var(--bone-back);stroke-linecap:round}
svg .left{stroke:var(--side-left)}svg .right{stroke:var(--side-right)}svg .mid{stroke:var(--side-mid)}line{stroke-linecap:round}
.joint.left{fill:var(--side-left)}.joint.right{fill:var(--side-right)}.joint.mid{fill:var(--side-mid)}circle.joint{stroke:#000}
circle.joint.hidden{fill:#000a}circle.joint.hidden.left{stroke:var(--side-left)}circle.joint.hidden.right{stroke:var(--side-right)}circle.joint.hidden.mid{stroke:var(--side-mid)}
.ring{fill:none;stroke:#ff5d5d}.pointer{stroke:#ff5d5d}
aside{display:grid;gap:14px;align-content:start;min-width:0}aside h3{margin-bottom:6px}.why{color:var(--text-1);overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th{font-weight:400;text-align:left;overflow-wrap:anywhere}
.signals th{color:var(--text-2);padding:2px 8px 2px 0;width:118px}.signals .num{text-align:right;width:48px}
.meter{position:relative;min-width:60px}.meter::before{content:"";position:absolute;left:0;right:0;top:calc(50% - 3px);height:6px;border-radius:3px;background:var(--bg-3)}
.meter .fill{position:absolute;left:0;top:calc(50% - 3px);height:6px;border-radius:3px;background:var(--accent)}
.meter .fill.high{background:var(--bad)}.meter .fill.predicted{background:var(--predicted)}
.trajectory{width:100%;display:block}.trajectory .grid{stroke:var(--line)}.trajectory text{fill:var(--text-3);font-size:10px}
.trajectory path{fill:none;stroke-width:1.8}.trajectory .own{stroke:var(--bad)}.trajectory .median{stroke:var(--text-3);stroke-dasharray:4 3}
.key{color:var(--text-3);font-size:12px}.key i{display:inline-block;width:14px;height:0;border-top:2px solid var(--bad);vertical-align:middle;margin:0 3px 0 8px}
.key i:first-child{margin-left:0}.key i.median{border-top:2px dashed var(--text-3)}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 10px;margin:0;color:var(--text-2)}dt{color:var(--text-3)}dd{margin:0;overflow-wrap:anywhere}
.scroll{max-height:calc(100vh - 236px);min-height:200px;overflow:auto}
.compare th,.compare td{padding:3px 8px 3px 0;border-bottom:1px solid var(--line)}.compare thead th{color:var(--text-3);position:sticky;top:0;background:var(--bg-1);z-index:1}
td.given,.num.given,th.given{color:var(--given)}td.predicted,.num.predicted,th.predicted{color:var(--predicted)}
tr.disagrees th{font-weight:600}tr.disagrees th::before{content:"≠ ";color:var(--bad)}tr.unknown{opacity:.55}
.pair{position:relative;min-width:90px;width:40%;border-left:0}.pair::before{content:"";position:absolute;left:50%;top:0;bottom:0;border-left:1px solid var(--line)}
.pair i{position:absolute;height:5px;border-radius:2px}.pair i.given{top:4px;background:var(--given)}.pair i.predicted{bottom:4px;background:var(--predicted)}
.legend{list-style:none;margin:10px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:4px 12px;grid-column:1/-1}
.legend li{display:inline-flex;align-items:center;gap:6px;color:var(--text-2)}.legend li i{width:11px;height:11px;border-radius:3px}
.legend li.differs{color:var(--text-1);font-weight:600}.legend li.worst{outline:1px solid var(--bad);outline-offset:2px;border-radius:3px}
.scale{grid-column:1/-1;display:flex;gap:8px;align-items:center;color:var(--text-2)}.scale i{flex:0 0 160px;height:8px;border-radius:4px;background:linear-gradient(90deg,#440154,#46327f,#365c8d,#277f8e,#1fa187,#4ac26d,#9fda3a,#fde725)}
.decisions{display:none}
.js body{height:100vh;display:grid;grid-template-rows:auto minmax(0,1fr);overflow:hidden}
.js .work{display:grid;grid-template-columns:290px minmax(0,1fr);min-height:0}
.js .queue{display:block;overflow:auto;background:var(--bg-1);border-right:1px solid var(--line);padding:6px;margin:0;list-style:none;min-height:0}
.queue button{width:100%;height:auto;padding:6px;border-color:transparent;background:none;text-align:left;white-space:normal;gap:10px;align-items:center;display:grid;grid-template-columns:40px minmax(0,1fr) auto}
.queue button[aria-current=true]{background:var(--accent-bg)}
.queue img{width:40px;height:52px;object-fit:cover;border-radius:4px;background:#000}
.queue b{font-weight:500;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;overflow-wrap:anywhere}
.queue small{display:block;color:var(--text-3);font-size:12px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.queue .mark{color:var(--text-3)}.queue .mark.decided{color:var(--good);font-weight:600}
.js main{overflow:auto;padding:12px;display:block}.js article{display:none;min-height:100%;align-content:start}.js article.current{display:grid}
.js .decisions{display:flex;gap:8px;flex-wrap:wrap;grid-column:1;align-self:start;align-items:center}.js article.current{grid-template-rows:auto auto 1fr}.js aside{grid-row:2/span 2;grid-column:2}
.empty{padding:40px;text-align:center;color:var(--text-3)}
@media (max-width:1000px){.js .work{grid-template-columns:1fr}.js .queue{display:none}article{grid-template-columns:1fr}.js aside{grid-row:auto;grid-column:1}}
@media print{.js body{display:block;overflow:visible;height:auto}.js .queue,.tasks,input,.decisions,button{display:none!important}.js article{display:grid;break-inside:avoid}}
`
