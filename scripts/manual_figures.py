"""The figures of the sample manual, drawn from lines and numbers so that both languages share them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 900, 540
_INK = "#1f2933"
_LIGHT = "#dfe6ec"
_MARK = "#c2410c"


class Sheet:
    """A sheet to draw on, in pixels from the top left corner."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), "white")
        self._draw = ImageDraw.Draw(self.image)
        self._draw.rectangle((2, 2, WIDTH - 3, HEIGHT - 3), outline="#9aa5b1", width=2)

    def box(self, x: int, y: int, width: int, height: int, *, fill: str = "white", round_by: int = 12) -> None:
        """Draw a rectangle with round corners."""
        self._draw.rounded_rectangle((x, y, x + width, y + height), round_by, fill=fill, outline=_INK, width=4)

    def oval(self, x: int, y: int, width: int, height: int, *, fill: str = "white") -> None:
        """Draw an ellipse in a rectangle."""
        self._draw.ellipse((x, y, x + width, y + height), fill=fill, outline=_INK, width=4)

    def ring(self, x: int, y: int, radius: int, *, fill: str = "white") -> None:
        """Draw a circle around a point."""
        self.oval(x - radius, y - radius, 2 * radius, 2 * radius, fill=fill)

    def line(self, *points: tuple[int, int], width: int = 4, colour: str = _INK) -> None:
        """Draw a line through points."""
        self._draw.line(points, fill=colour, width=width, joint="curve")

    def shape(self, *points: tuple[int, int], fill: str = "white") -> None:
        """Draw a polygon."""
        self._draw.polygon(points, fill=fill, outline=_INK, width=4)

    def arc(self, x: int, y: int, radius: int, start: int, end: int) -> None:
        """Draw a part of a circle, in degrees clockwise from three o'clock."""
        self._draw.arc((x - radius, y - radius, x + radius, y + radius), start, end, fill=_INK, width=6)

    def text(self, x: int, y: int, said: str, size: int = 28) -> None:
        """Write in the middle of a point."""
        self._draw.text((x, y), said, fill=_INK, font=ImageFont.load_default(size), anchor="mm")

    def mark(self, number: int, at: tuple[int, int], to: tuple[int, int]) -> None:
        """Put a number at a place, with a line to what it names."""
        self.line(at, to, width=3, colour=_MARK)
        x, y = at
        self._draw.ellipse((x - 24, y - 24, x + 24, y + 24), fill=_MARK)
        self._draw.text((x, y), str(number), fill="white", font=ImageFont.load_default(30), anchor="mm")

    def marks(self, *places: tuple[int, int, int, int]) -> None:
        """Put the numbers 1, 2, … at places: where each stands and what it points to."""
        for number, (x, y, to_x, to_y) in enumerate(places, start=1):
            self.mark(number, (x, y), (to_x, to_y))

    def car(self, x: int, y: int) -> None:
        """Draw a car from its left side, about 600 wide and 220 high."""
        self.shape((x, y + 150), (x + 40, y + 90), (x + 170, y + 80), (x + 250, y), (x + 430, y), (x + 520, y + 80),
                   (x + 600, y + 100), (x + 600, y + 170), (x, y + 170), fill=_LIGHT)  # fmt: skip
        self.line((x + 180, y + 80), (x + 520, y + 80))
        self.line((x + 340, y), (x + 340, y + 160))
        for wheel in (x + 120, x + 480):
            self.ring(wheel, y + 170, 52)
            self.ring(wheel, y + 170, 24, fill=_LIGHT)


Figure = Callable[[Sheet], None]
FIGURES: dict[str, Figure] = {}


def figure(draw: Figure) -> Figure:
    """Register a figure under the name of its function."""
    FIGURES[draw.__name__] = draw
    return draw


@figure
def key_remote(s: Sheet) -> None:
    s.box(330, 60, 240, 420, fill=_LIGHT, round_by=90)
    for y in (130, 220, 310, 400):
        s.ring(450, y, 34)
    s.marks((180, 130, 416, 130), (720, 220, 484, 220), (180, 310, 416, 310), (720, 400, 484, 400))


@figure
def key_cover(s: Sheet) -> None:
    s.box(260, 160, 380, 220, fill=_LIGHT, round_by=100)
    s.line((300, 270), (600, 270))
    s.shape((640, 250), (820, 230), (820, 300), (640, 290))
    s.ring(420, 330, 30)
    s.mark(1, (160, 110), (300, 268))


@figure
def door_handle(s: Sheet) -> None:
    s.box(60, 60, 780, 420, fill=_LIGHT)
    s.box(240, 220, 420, 90, round_by=44)
    s.box(590, 238, 50, 54, fill=_MARK)
    s.mark(1, (760, 140), (620, 250))


@figure
def window_switches(s: Sheet) -> None:
    s.shape((120, 400), (240, 100), (780, 100), (820, 400), fill=_LIGHT)
    for x, y in ((330, 170), (560, 170), (310, 280), (580, 280)):
        s.box(x, y, 110, 70)
    s.box(450, 370, 90, 26)
    s.marks((200, 60, 370, 200), (720, 60, 620, 200), (80, 300, 340, 310), (850, 300, 650, 310), (500, 480, 495, 386))


@figure
def tailgate(s: Sheet) -> None:
    s.shape((150, 480), (170, 180), (260, 70), (640, 70), (730, 180), (750, 480), fill=_LIGHT)
    s.box(270, 110, 360, 120)
    s.box(370, 330, 160, 60)
    s.box(430, 300, 50, 22, fill=_MARK)
    s.ring(690, 430, 18, fill=_MARK)
    s.marks((180, 290, 432, 310), (810, 430, 706, 430))


@figure
def seat_controls(s: Sheet) -> None:
    s.shape((120, 430), (160, 300), (560, 300), (600, 430), fill=_LIGHT)
    s.shape((520, 300), (640, 40), (740, 60), (640, 310), fill=_LIGHT)
    s.box(230, 340, 170, 34)
    s.box(430, 320, 34, 74)
    s.ring(520, 360, 26)
    s.marks((200, 480, 300, 374), (430, 490, 446, 394), (640, 470, 538, 374))


@figure
def seat_heater(s: Sheet) -> None:
    s.box(70, 150, 760, 240, fill=_LIGHT)
    for i in range(4):
        x = 110 + 180 * i
        s.box(x, 200, 140, 140)
        for j in range(3):
            s.line((x + 40 + 30 * j, 300), (x + 30 + 30 * j, 270), (x + 50 + 30 * j, 250), (x + 40 + 30 * j, 220))
    s.marks((180, 80, 180, 200), (360, 80, 360, 200), (540, 80, 540, 200), (720, 80, 720, 200))


@figure
def headrest(s: Sheet) -> None:
    s.box(320, 70, 260, 150, fill=_LIGHT, round_by=50)
    for x in (390, 500):
        s.box(x, 220, 14, 110, round_by=2)
    s.box(240, 330, 420, 170, fill=_LIGHT, round_by=60)
    s.box(512, 316, 34, 20, fill=_MARK, round_by=4)
    s.mark(1, (740, 270), (546, 326))


@figure
def belt_height(s: Sheet) -> None:
    s.box(400, 40, 90, 460, fill=_LIGHT)
    s.box(415, 170, 60, 90, fill=_MARK)
    s.line((445, 240), (250, 500), width=34, colour="#9aa5b1")
    s.mark(1, (660, 150), (476, 210))
    s.line((560, 270), (560, 350))
    s.shape((545, 350), (575, 350), (560, 380))


@figure
def isofix(s: Sheet) -> None:
    s.box(90, 60, 720, 230, fill=_LIGHT, round_by=40)
    s.box(90, 290, 720, 180, fill=_LIGHT, round_by=40)
    for x in (180, 330, 520, 670):
        s.box(x, 276, 46, 26, fill=_MARK, round_by=2)
    s.marks((120, 400, 200, 302), (400, 400, 352, 302), (480, 400, 540, 302), (800, 400, 694, 302))


@figure
def dashboard(s: Sheet) -> None:
    s.shape((40, 470), (70, 200), (280, 120), (840, 150), (870, 470), fill=_LIGHT)
    s.ring(240, 300, 110)
    s.box(170, 180, 140, 60)
    s.box(430, 180, 190, 110)
    s.box(440, 320, 170, 60)
    s.box(490, 410, 60, 60, round_by=26)
    s.line((90, 270), (150, 290), width=12)
    s.line((330, 290), (390, 270), width=12)
    s.marks((60, 120, 110, 276), (240, 60, 240, 200), (370, 130, 372, 276), (560, 70, 530, 200), (740, 350, 600, 350),
            (740, 450, 546, 440))  # fmt: skip


@figure
def cluster(s: Sheet) -> None:
    s.box(50, 120, 800, 300, fill=_LIGHT, round_by=100)
    for x in (210, 690):
        s.ring(x, 270, 110)
        s.line((x, 270), (x - 60, 210), width=6)
    s.box(350, 200, 200, 140)
    s.arc(355, 390, 40, 180, 300)
    s.arc(545, 390, 40, 240, 360)
    s.marks((120, 60, 180, 180), (450, 60, 450, 210), (780, 60, 720, 180), (330, 490, 350, 350), (570, 490, 550, 350))


@figure
def light_stalk(s: Sheet) -> None:
    s.line((820, 270), (420, 290), width=44, colour="#9aa5b1")
    s.box(250, 230, 130, 110, fill=_LIGHT)
    s.box(400, 240, 60, 90, fill=_LIGHT)
    s.marks((230, 120, 310, 230), (470, 420, 432, 330))


@figure
def wiper_stalk(s: Sheet) -> None:
    s.line((80, 280), (520, 260), width=44, colour="#9aa5b1")
    s.box(520, 205, 130, 110, fill=_LIGHT)
    s.box(440, 215, 44, 90, fill=_LIGHT)
    s.line((720, 160), (720, 380))
    s.shape((700, 160), (740, 160), (720, 120))
    s.mark(1, (420, 120), (462, 215))


@figure
def wheel_buttons(s: Sheet) -> None:
    s.arc(300, 270, 230, 290, 70)
    s.box(360, 170, 220, 220, fill=_LIGHT, round_by=60)
    for x, y in ((430, 215), (430, 335), (520, 215), (520, 335)):
        s.ring(x, y, 28)
    s.ring(475, 275, 26, fill=_MARK)
    s.marks((330, 90, 424, 190), (330, 460, 424, 360), (660, 100, 540, 200), (660, 440, 540, 350), (740, 275, 502, 275))


@figure
def start_button(s: Sheet) -> None:
    s.box(120, 60, 660, 420, fill=_LIGHT)
    s.ring(330, 200, 90)
    s.text(330, 200, "START", 34)
    s.box(520, 290, 180, 130, fill="#f5d0b5")
    s.mark(1, (760, 180), (640, 300))


@figure
def gear_lever(s: Sheet) -> None:
    s.box(180, 80, 330, 400, fill=_LIGHT, round_by=50)
    s.box(290, 180, 110, 200, round_by=50)
    s.ring(345, 230, 26, fill=_MARK)
    for y, name in ((130, "R"), (215, "N"), (330, "D"), (430, "S")):
        s.text(560, y, name, 40)
    s.mark(1, (100, 150), (324, 222))


@figure
def parking_brake(s: Sheet) -> None:
    s.box(150, 140, 600, 260, fill=_LIGHT)
    s.box(220, 200, 180, 140)
    s.text(310, 270, "P", 70)
    s.box(490, 200, 190, 140)
    s.text(585, 270, "HOLD", 44)
    s.marks((120, 80, 230, 210), (780, 80, 670, 210))


@figure
def climate_panel(s: Sheet) -> None:
    s.box(50, 150, 800, 240, fill=_LIGHT, round_by=40)
    s.ring(150, 270, 80)
    s.ring(750, 270, 80)
    for x in (260, 370, 480, 590):
        s.box(x, 230, 80, 80)
    s.marks((60, 80, 120, 200), (840, 80, 780, 200), (300, 80, 300, 230), (410, 470, 410, 310), (520, 80, 520, 230),
            (630, 470, 630, 310))  # fmt: skip


@figure
def usb_ports(s: Sheet) -> None:
    s.box(70, 110, 760, 330, fill=_LIGHT)
    for x in (140, 290):
        s.box(x, 230, 110, 60)
        s.box(x + 20, 250, 70, 20, fill=_INK, round_by=2)
    s.box(500, 170, 270, 210, round_by=40)
    s.ring(635, 275, 60)
    s.marks((190, 70, 195, 230), (350, 70, 345, 230), (820, 70, 740, 180))


@figure
def cabin_filter(s: Sheet) -> None:
    s.box(120, 60, 660, 200, fill=_LIGHT)
    s.box(330, 110, 260, 90)
    for x in range(350, 580, 22):
        s.line((x, 120), (x, 190))
    s.shape((160, 300), (740, 300), (690, 490), (210, 490), fill=_LIGHT)
    s.mark(1, (820, 330), (590, 160))


@figure
def cruise_buttons(s: Sheet) -> None:
    s.arc(620, 270, 230, 110, 250)
    s.box(330, 140, 200, 260, fill=_LIGHT, round_by=50)
    s.box(380, 165, 100, 44)
    s.box(380, 225, 100, 44)
    s.box(380, 285, 100, 44)
    s.box(380, 345, 100, 40)
    s.marks((200, 120, 380, 186), (700, 190, 480, 246), (200, 330, 380, 306), (700, 420, 480, 366))


@figure
def sensors(s: Sheet) -> None:
    for y, first in ((40, 1), (290, 5)):
        s.box(90, y, 720, 200, fill=_LIGHT, round_by=80)
        for i in range(4):
            x = 180 + 180 * i
            s.ring(x, y + 140, 16, fill=_MARK)
            s.text(x, y + 90, str(first + i), 34)


@figure
def engine_bay(s: Sheet) -> None:
    s.shape((60, 500), (110, 60), (790, 60), (840, 500), fill=_LIGHT)
    s.box(300, 170, 260, 200)
    s.ring(380, 230, 34)
    s.line((520, 350), (560, 420), width=8)
    s.box(150, 110, 110, 90)
    s.box(630, 110, 90, 70)
    s.box(130, 380, 110, 80)
    s.box(630, 230, 140, 110)
    s.box(640, 380, 130, 80)
    s.marks((430, 110, 386, 210), (560, 470, 552, 410), (60, 100, 160, 150), (820, 40, 690, 130), (60, 480, 140, 430),
            (860, 280, 770, 280), (860, 430, 770, 420))  # fmt: skip


@figure
def dipstick(s: Sheet) -> None:
    s.line((60, 270), (560, 270), width=16)
    s.box(560, 240, 260, 60, fill=_LIGHT, round_by=6)
    s.line((620, 240), (620, 300), width=6, colour=_MARK)
    s.line((770, 240), (770, 300), width=6, colour=_MARK)
    s.marks((620, 120, 620, 240), (770, 420, 770, 300))


@figure
def tyre_label(s: Sheet) -> None:
    s.shape((180, 500), (220, 60), (420, 60), (460, 500), fill=_LIGHT)
    s.box(270, 250, 110, 150)
    for y in (280, 310, 340, 370):
        s.line((285, y), (365, y), width=3)
    s.ring(680, 330, 130)
    s.ring(680, 330, 60, fill=_LIGHT)
    s.mark(1, (540, 150), (378, 270))


@figure
def jack_point(s: Sheet) -> None:
    s.car(150, 90)
    s.shape((350, 265), (380, 265), (365, 290), fill=_MARK)
    s.shape((300, 480), (430, 480), (365, 300))
    s.mark(1, (180, 420), (362, 285))


@figure
def nut_order(s: Sheet) -> None:
    s.ring(450, 270, 220, fill=_LIGHT)
    s.ring(450, 270, 60)
    places = ((450, 140), (526, 376), (327, 230), (573, 230), (374, 376))
    for number, (x, y) in enumerate(places, start=1):
        s.ring(x, y, 34)
        s.text(x, y, str(number), 36)


@figure
def fuse_box(s: Sheet) -> None:
    s.box(60, 40, 780, 460, fill=_LIGHT)
    for i in range(32):
        x, y = 90 + 92 * (i % 8), 70 + 106 * (i // 8)
        s.box(x, y, 76, 84)
        s.text(x + 38, y + 42, f"F{i + 1:02}", 22)


@figure
def towing_eye(s: Sheet) -> None:
    s.box(60, 150, 780, 260, fill=_LIGHT, round_by=90)
    s.box(300, 300, 300, 60)
    s.ring(690, 260, 44)
    s.ring(690, 260, 18, fill=_LIGHT)
    s.mark(1, (790, 90), (710, 222))


@figure
def jump_leads(s: Sheet) -> None:
    for x in (90, 560):
        s.box(x, 190, 250, 190, fill=_LIGHT)
        s.text(x + 60, 225, "+", 50)
        s.text(x + 190, 225, "-", 50)
    s.line((150, 190), (150, 100), (620, 100), (620, 190), width=8, colour="#b91c1c")
    s.line((750, 190), (750, 60), (430, 60), (430, 450), (300, 450), width=8)
    s.marks((80, 120, 150, 180), (560, 150, 618, 180), (830, 120, 752, 180), (200, 480, 300, 452))


def draw_figures(folder: Path) -> None:
    """Write all figures as PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
        sheet = Sheet()
        draw(sheet)
        sheet.image.save(folder / f"{name}.png")
