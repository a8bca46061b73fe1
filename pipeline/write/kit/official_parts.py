"""The parts of an official .docx that all papers share: styles, fonts and what stands for them, page, footers.

Fonts of 公文 are not on every machine: `fontTable.xml` names what stands for each (altName, GB 18030 family).
"""

FANG_SONG, KAI, HEI, TITLE, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
#: Font → what stands for it where it is not installed.
_STAND_INS = {
    FANG_SONG: "仿宋,FangSong,华文仿宋",
    KAI: "楷体,KaiTi,华文楷体",
    HEI: "SimHei,微软雅黑",
    TITLE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,宋体",
    SONG: "SimSun,新宋体",
}
RED = "C00000"
_BODY = 16
#: A quarter of a point less, so that 28 characters of 16 points stand in 156 mm.
_TIGHTER = '<w:spacing w:val="-5"/>'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
#: 22 lines in 225 mm; a character of 16 points takes 156 mm ÷ 28, in 4096ths of a point less than its size.
_GRID = '<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-852"/>'
PAGE = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1588" w:gutter="0"/>'
    f"{_GRID}</w:sectPr>"
)
DOCUMENT = f"{_XML}<w:document {_W} {_R}><w:body>{{body}}{{page}}</w:body></w:document>"
CORE = (
    f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>'
    "</cp:coreProperties>"
)


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _look(font: str = "", size: float = 0, colour: str = "", more: str = "") -> str:
    """Run properties; size in points."""
    parts = [_fonts(font) if font else "", f'<w:color w:val="{colour}"/>' if colour else ""]
    parts += [_TIGHTER] if size == _BODY else []
    parts += [f'<w:sz w:val="{2 * size:g}"/><w:szCs w:val="{2 * size:g}"/>' if size else "", more]
    inner = "".join(parts)
    return f"<w:rPr>{inner}</w:rPr>" if inner else ""


def _style(
    key: str, name: str, shape: str = "", look: str = "", *, based: str = "Normal", kind: str = "paragraph"
) -> str:
    """One style; shape: paragraph properties in Word's order."""
    own = ' w:default="1"' if key == "Normal" else "" if key in _BUILT_IN else ' w:customStyle="1"'
    above = f'<w:basedOn w:val="{based}"/>' if based != key and kind == "paragraph" else ""
    following = '<w:next w:val="BodyText"/>' if key.startswith("Heading") else ""
    inner = f"<w:pPr>{shape}</w:pPr>" if shape else ""
    return (
        f'<w:style w:type="{kind}"{own} w:styleId="{key}"><w:name w:val="{name}"/>{above}{following}<w:qFormat/>'
        f"{inner}{look}</w:style>"
    )


def _lines(before: int = 0, line: int = 579, rule: str = "exact") -> str:
    """How far lines lie apart, in twips; with the rule auto, 240 is once the height of the font."""
    return f'<w:spacing w:before="{before}" w:after="0" w:line="{line}" w:lineRule="{rule}"/>'


_BUILT_IN = ("Normal", "BodyText", "Heading1", "Title", "Caption", "Footer", "TableGrid")
#: 28 × 22 is kept by the widths of the characters and the height of the lines: drawn on the grid of the page itself,
#: LibreOffice breaks a line after 14 characters.
_OFF_GRID = '<w:snapToGrid w:val="0"/>'
_CENTRED = '<w:jc w:val="center"/>'
_TABLE_TEXT = f"{_lines(line=360)}{_CENTRED}"
_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
_RED_BORDER = f'<w:pBdr><w:bottom w:val="single" w:sz="16" w:space="4" w:color="{RED}"/></w:pBdr>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_STYLES = (
    f'{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(FANG_SONG)}<w:sz w:val="32"/><w:szCs w:val="32"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    + _style("Normal", "Normal", _OFF_GRID + _lines(), _look(FANG_SONG, _BODY))
    + _style("BodyText", "Body Text", f'{_INDENT}<w:jc w:val="both"/>')
    + _style(
        "Heading1",
        "heading 1",
        f'<w:keepNext/>{_INDENT}<w:jc w:val="left"/><w:outlineLvl w:val="0"/>',
        _look(HEI),
        based="BodyText",
    )
    + _style(
        "Masthead",
        "发文机关标志",
        f"{_lines(0, 240, 'auto')}{_CENTRED}",
        _look(TITLE, 22, RED),
    )
    + _style("Title", "Title", f"<w:keepNext/>{_lines(579, 240, 'auto')}{_CENTRED}", _look(TITLE, 22))
    + _style("Issue", "发文字号", _CENTRED)
    + _style(
        "RedLine",
        "红线",
        f'{_RED_BORDER}<w:tabs><w:tab w:val="right" w:pos="8844"/></w:tabs>',
        _look(size=12),
    )
    + _style("Signed", "署名日期", '<w:keepLines/><w:jc w:val="right"/>')
    + _style("ToSign", "签署", f"<w:keepLines/>{_lines(145)}")
    + _style("Tail", "版记", look=_look(size=14))
    + _style("Caption", "caption", f"<w:keepNext/>{_CENTRED}", _look(HEI, 12))
    + _style("TableText", "表格文字", _TABLE_TEXT, _look(size=12))
    + _style("TableSmall", "表格小字", _TABLE_TEXT, _look(size=10))
    + _style("Footer", "footer", look=_look(SONG, 14))
    + _style("Lead", "二级标题", look=_look(KAI), kind="character")
    + _style("TableHead", "表头", look=_look(HEI), kind="character")
    + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr>'
    f"<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblCellMar>"
    '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>'
)


def _footer(side: str) -> str:
    """— 1 —, a character in from the outer edge."""
    field = "".join(f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    field = field.replace("</w:r><w:r>", "</w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r>")
    shape = f'<w:pPr><w:pStyle w:val="Footer"/><w:ind w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>'
    dash = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    return f"{_XML}<w:ftr {_W}><w:p>{shape}{dash.format('— ')}{field}{dash.format(' —')}</w:p></w:ftr>"


_SETTINGS = (
    f'{_XML}<w:settings {_W}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)
_FONT_TABLE = f"{_XML}<w:fonts {_W}>" + "".join(
    f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
    '<w:pitch w:val="default"/></w:font>'
    for name, others in _STAND_INS.items()
)
_FONT_TABLE += "</w:fonts>"
#: Part below word/ → its kind; in the order of their relations rId1 ….
_BELOW_WORD = {
    "styles": "styles",
    "settings": "settings",
    "fontTable": "fontTable",
    "footer1": "footer",
    "footer2": "footer",
}
_OVERRIDES = {
    "word/document.xml": f"{_TYPES}.document.main+xml",
    **{f"word/{part}.xml": f"{_TYPES}.{kind}+xml" for part, kind in _BELOW_WORD.items()},
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}


def _relations(targets: dict[str, str]) -> str:
    """targets: part → the full name of its relation."""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{part}"/>'
        for number, (part, kind) in enumerate(targets.items(), 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in _OVERRIDES.items())
    + "</Types>"
)
#: Part → its text, of every paper; the document and its core properties are each paper's own.
SHARED = {
    "[Content_Types].xml": _CONTENT_TYPES,
    "_rels/.rels": _relations(
        {
            "word/document.xml": f"{_RELATIONS}/officeDocument",
            "docProps/core.xml": f"{_PACKAGE}/relationships/metadata/core-properties",
        }
    ),
    "word/_rels/document.xml.rels": _relations(
        {f"{part}.xml": f"{_RELATIONS}/{kind}" for part, kind in _BELOW_WORD.items()}
    ),
    "word/styles.xml": _STYLES,
    "word/settings.xml": _SETTINGS,
    "word/fontTable.xml": _FONT_TABLE,
    "word/footer1.xml": _footer("right"),
    "word/footer2.xml": _footer("left"),
}
