// The same table as tests/intake/written.py, by SheetJS and ExcelJS: `npm install xlsx exceljs`, then `node make.js`.
const path = require("path");
const XLSX = require("xlsx");
const ExcelJS = require("exceljs");

const day = (year, month, date) => new Date(Date.UTC(year, month - 1, date));
const rows = [
  ["事项名称", "编码", "数量", "比例", "日期", "是否", "任务", "月份", "公式", "错误", "说明"],
  ["取水许可", "0011410", 5, 0.45, day(2023, 7, 31), true, 12, day(2023, 5, 1), null, null, "第一行\n第二行"],
  ["教师资格", "114104001", 2536288.5, 1, day(2023, 10, 31), false, 3, day(2023, 12, 1), null, null, 'a<b&c "x"'],
];
const formats = { E: 'yyyy"年"m"月"d"日"', G: '"RW-"00', H: 'yyyy"年"m"月"' };
const at = (name) => path.join(__dirname, name);

function sheetJS(bookType) {
  const isOpen = bookType === "ods" || bookType === "fods"; // of numbers, only what is said to be a date is one there
  const serial = (value) => (value instanceof Date ? value.getTime() / 86400000 + 25569 : value);
  const sheet = XLSX.utils.aoa_to_sheet(rows.map((row) => row.map(serial)));
  for (const [column, format] of Object.entries(formats)) for (const row of [2, 3]) sheet[column + row].z = format;
  if (isOpen) for (const column of ["E", "H"]) for (const row of [2, 3]) sheet[column + row] = { t: "d", v: rows[row - 1]["ABCDEFGH".indexOf(column)] };
  sheet.I2 = { t: "n", v: 7, f: "C2+2" };
  sheet.J2 = { t: "e", v: 0x2a, w: "#N/A" };
  XLSX.utils.sheet_add_aoa(sheet, [["合并"], [], ["藏"]], { origin: "A5" });
  sheet["!merges"] = [XLSX.utils.decode_range("A5:B6")];
  sheet["!rows"] = [];
  sheet["!rows"][6] = { hidden: true };
  sheet.A1.c = [{ a: "张三", t: "其实没有进驻" }];
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, sheet, "事项");
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([["旧"]]), "旧");
  book.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 1 }] };
  return book;
}

const kinds = {
  "sheetjs.xlsx": "xlsx", "sheetjs.xlsm": "xlsm", "sheetjs.xlsb": "xlsb", "sheetjs.xls": "biff8",
  "sheetjs_xml.xls": "xlml", "sheetjs_html.xls": "html", "sheetjs.ods": "ods",
  "sheetjs.fods": "fods", "sheetjs.txt": "txt",
};
for (const [name, bookType] of Object.entries(kinds)) {
  require("fs").writeFileSync(at(name), XLSX.write(sheetJS(bookType), { type: "buffer", bookType, compression: true }));
}

const book = new ExcelJS.Workbook();
book.created = book.modified = day(2023, 5, 26);
const sheet = book.addWorksheet("事项");
rows.forEach((row) => sheet.addRow(row));
for (const [column, format] of Object.entries(formats)) for (const row of [2, 3]) sheet.getCell(column + row).numFmt = format;
sheet.getCell("I2").value = { formula: "C2+2", result: 7 };
sheet.getCell("J2").value = { error: "#N/A" };
sheet.getCell("A5").value = "合并";
sheet.mergeCells("A5:B6");
sheet.getCell("A7").value = "藏";
sheet.getRow(7).hidden = true;
sheet.getCell("A1").note = "其实没有进驻";
sheet.getCell("A3").font = { strike: true };
book.addWorksheet("旧", { state: "hidden" }).addRow(["旧"]);
book.xlsx.writeFile(at("exceljs.xlsx"));
