/// One page that needs nothing else: no script, no font, no picture from elsewhere; light or dark as the reader's system
/// is; readable from 320 points of width up.
///
///     HTMLPage(title: "A shop", sections: ["<h1>A shop</h1>", HTMLTable(header: ["item"], rows: [["milk"]]).html]).html
package struct HTMLPage {
    private let title: String
    private let sections: [String]

    /// - Parameters:
    ///   - title: text, not HTML.
    ///   - sections: HTML, one below the other; empty ones are left out.
    package init(title: String, sections: [String]) {
        self.title = title
        self.sections = sections.filter { !$0.isEmpty }
    }

    package var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(HTMLText.escaped(title))</title>
        <style>
        \(ReportStyle.css)
        </style>
        </head>
        <body>
        <main>
        \(sections.joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }
}
