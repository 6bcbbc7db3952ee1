"""Made-up words for made-up tickets: places, subjects and sentences as a city's hotline hears them."""

from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰文辉建国秀志鹏婷"
PLACE_CHARACTERS = (
    "东西南北中和平安康泰福寿禄华兴盛昌隆永乐春夏秋冬金银玉石山水河江湖海云风雪雨松竹梅兰龙凤虎鹤青红紫白"
)
KINDS_OF_PLACE = ("路", "街", "巷", "小区", "花园", "市场", "学校", "公园", "广场", "地铁站")
SUBJECTS = (
    "路灯不亮",
    "井盖缺失",
    "夜间施工扰民",
    "停水多日",
    "供暖温度不达标",
    "垃圾清运不及时",
    "占道经营",
    "违章停车堵塞通道",
    "电梯反复故障",
    "物业收费不公开",
    "噪音污染",
    "污水外溢",
    "公交车久等不来",
    "拖欠工资",
    "预付卡不退款",
    "医保报销比例咨询",
    "落户材料咨询",
    "幼儿园招生咨询",
    "燃气改造进度",
    "树木倒伏",
    "河道发黑发臭",
    "油烟扰民",
    "快递柜占用消防通道",
    "充电桩无法使用",
)
SEENS = ("今天早上", "昨天夜里", "一周以来", "从上个月起", "多次反映后", "下雨之后", "节假日期间", "近三天")
EFFECTS = (
    "影响居民正常出行",
    "老人和孩子无法休息",
    "存在安全隐患",
    "附近商户也很不满",
    "已向社区反映没有结果",
    "希望有关部门尽快处理并给予答复",
    "要求说明原因和处理期限",
    "请核实情况后回复本人",
)
RARE = ("翡翠", "鸬鹚", "琉璃", "蝙蝠", "骆驼", "珊瑚", "葫芦", "蜻蜓", "鹧鸪", "麒麟")
"""Words that few tickets hold: about one in twenty thousand each."""
RARITY = 2000


class Phrases:
    """Draws texts; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random
        chance = Random(7)  # one town for every seed
        names = ["".join(chance.choices(PLACE_CHARACTERS, k=2)) for _ in range(900)]
        self._places = [name + KINDS_OF_PLACE[i % len(KINDS_OF_PLACE)] for i, name in enumerate(names)]
        self.names = [chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2)) for _ in range(3000)]

    def _one(self, pool: tuple[str, ...] | list[str]) -> str:
        return pool[int(self._random() * len(pool))]

    def matter(self) -> tuple[str, str, str]:
        """Return title, content and place of one matter."""
        subject = self._one(SUBJECTS)
        place = f"{self._one(self._places)}{int(self._random() * 300) + 1}号"
        rare = f"靠近{self._one(RARE)}标志处," if self._random() * RARITY < 1 else ""
        content = (
            f"来电人反映:{self._one(SEENS)},{place}{subject},{rare}{self._one(EFFECTS)},{self._one(EFFECTS)}。"
            f"附近{self._one(self._places)}也有同样的情况。"
        )
        return f"{place}{subject}", content, place

    def phone(self) -> str:
        """Return a mobile number out of a range that no caller has."""
        return f"199{int(self._random() * 100_000_000):08d}"
