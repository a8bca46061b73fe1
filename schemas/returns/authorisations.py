"""授权: the 事项委托书 that make an authorisation real (notice 二（四）; contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column

SHEET = Sheet(
    key="authorisations",
    name="授权",
    prefix="SQ",
    title="事项授权委托清单",
    hint="“事项”表中填“已授权”的，每项都要在这里登记委托书。",
    printed_as="事项委托清单",
    synonyms=("授权清单", "事项委托清单", "委托清单", "授权委托"),
    identity=Identity(
        ("letter_number", "item_code", "item_name"), called=("item_name",), alone=("item_code", "item_name")
    ),
    columns=(
        column(
            "item_code",
            "事项编码",
            Kind.CODE,
            width=36,
            synonyms=("实施编码", "事项代码", "编码"),
            help="与“事项”表一致",
        ),
        column(
            "item_name",
            "事项名称",
            Kind.NAME,
            required=True,
            width=34,
            synonyms=("事项", "名称"),
            help="与“事项”表一致",
        ),
        column(
            "content", "授权内容", required=True, width=24, synonyms=("委托内容", "授权事项"), help="授权窗口做什么"
        ),
        column(
            "delegate",
            "被授权人",
            Kind.NAME,
            required=True,
            width=12,
            synonyms=("受委托人", "授权对象"),
            help="窗口行政科长或首席代表",
        ),
        column(
            "letter_number",
            "委托书编号",
            Kind.NAME,
            required=True,
            width=20,
            synonyms=("委托书文号", "授权书编号", "文号"),
            help="事项委托书的编号",
        ),
        column(
            "signed_on",
            "签订日期",
            Kind.DATE,
            required=True,
            width=14,
            month_end=False,
            synonyms=("签订时间", "授权日期"),
            help="委托书签订的日期",
        ),
        column("valid_until", "有效期至", Kind.DATE, width=14, synonyms=("有效期", "截止日期"), help="长期有效可不填"),
    ),
)
