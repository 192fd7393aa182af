//! Tables, each in a box that scrolls by itself.

use super::page::Page;
use pulldown_cmark::Alignment;

/// The table that is being written.
#[derive(Debug, Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// How many the page has so far.
    count: usize,
}

impl Page<'_> {
    pub(super) fn open_table(&mut self, alignments: &[Alignment]) {
        let count = self.table.count + 1;
        self.table = Table { alignments: alignments.to_vec(), count, ..Table::default() };
        let label = self.lang().pick(format!("Table {count}"), format!("表 {count}"));
        let open =
            format!("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table>\n");
        self.out.open("table", &open, "</tbody></table></div>\n");
    }

    pub(super) fn open_table_head(&mut self) {
        self.table.in_head = true;
        self.table.column = 0;
        self.out.open("tr", "<thead><tr>", "</tr></thead>\n<tbody>\n");
    }

    pub(super) fn close_table_head(&mut self) {
        self.table.in_head = false;
        self.out.close();
    }

    pub(super) fn open_table_row(&mut self) {
        self.table.column = 0;
        self.out.open("tr", "<tr>", "</tr>\n");
    }

    pub(super) fn open_table_cell(&mut self) {
        let class = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        self.table.column += 1;
        match self.table.in_head {
            true => self.out.open("th", &format!("<th scope=\"col\"{class}>"), "</th>"),
            false => self.out.open("td", &format!("<td{class}>"), "</td>"),
        }
    }
}
