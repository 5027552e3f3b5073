/// How the report looks. Colours are named once, for light and for dark.
enum ReportStyle {
    static let css = """
        :root {
          --ground: #fbfbfa; --panel: #ffffff; --ink: #1d2129; --quiet: #667085; --line: #e2e5ea;
          --ours: #0b6e5f; --theirs: #8f98a8; --good: #0b6e5f; --bad: #b42318;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #14171c; --panel: #1b1f26; --ink: #e6e8ec; --quiet: #98a2b3; --line: #2c323c;
            --ours: #4fd1b5; --theirs: #7d8797; --good: #4fd1b5; --bad: #ff8a7a;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100%;
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
        }
        main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 2.75rem 0 .4rem; }
        h3 { font-size: 1rem; margin: 1.75rem 0 .3rem; }
        p { max-width: 46rem; margin: .4rem 0 1rem; }
        small, .sub, figcaption, thead th { color: var(--quiet); }
        .sub { margin: .25rem 0 1.25rem; overflow-wrap: anywhere; }
        .verdict { font-size: 1.1rem; }
        .facts { display: flex; flex-wrap: wrap; gap: .6rem 2rem; margin: 0 0 1.25rem; }
        .facts dt { font-size: .8rem; color: var(--quiet); }
        .facts dd { margin: 0; font-variant-numeric: tabular-nums; font-weight: 600; }
        .scroll {
          overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem;
          margin: 0 0 1rem;
        }
        table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .4rem .7rem; text-align: right; white-space: nowrap; font-weight: 400; }
        thead th { font-size: .8rem; border-bottom: 1px solid var(--line); }
        tbody tr + tr > * { border-top: 1px solid var(--line); }
        th:first-child { position: sticky; left: 0; background: var(--panel); }
        .left, th:first-child { text-align: left; }
        td b { color: var(--ours); }
        td.left { white-space: normal; min-width: 7rem; }
        .above { color: var(--good); font-weight: 600; }
        .below { color: var(--bad); font-weight: 600; }
        .noise { color: var(--quiet); }
        .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1rem; }
        figure {
          margin: 0; padding: .7rem .8rem; background: var(--panel); border: 1px solid var(--line);
          border-radius: .5rem; max-width: 30rem;
        }
        figcaption { font-size: .85rem; margin-bottom: .3rem; }
        svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--quiet); font-size: 11px; font-variant-numeric: tabular-nums; }
        svg .ours { fill: var(--ours); stroke: var(--ours); }
        svg .theirs { fill: var(--theirs); stroke: var(--theirs); }
        svg text.name { fill: var(--ink); }
        svg text.ours { fill: var(--ours); stroke: none; font-weight: 600; }
        svg .axis { stroke: var(--line); fill: none; }
        svg .ideal { stroke: var(--theirs); stroke-dasharray: 4 4; fill: none; }
        svg polyline.ours { fill: none; stroke-width: 2; }
        @media print { body { background: none; } .scroll, figure { break-inside: avoid; } }
        """
}
