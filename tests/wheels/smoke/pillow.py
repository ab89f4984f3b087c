"""Draw, filter, save in several formats, text with a TrueType font."""
import io
from PIL import Image, ImageDraw, ImageFilter, ImageFont, UnidentifiedImageError

image = Image.new("RGB", (40, 30), "navy")
draw = ImageDraw.Draw(image)
draw.ellipse((5, 5, 25, 25), fill=(255, 200, 0))
draw.text((2, 2), "Hi", font=ImageFont.load_default(12))
print(image.getpixel((15, 15)), image.filter(ImageFilter.BLUR).getpixel((5, 15)), image.resize((8, 6)).convert("L").tobytes()[:8])
for form in "PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP":
    out = io.BytesIO()
    image.save(out, form)
    out.seek(0)
    with Image.open(out) as read:
        read.load()
        print(read.format, read.size, read.mode)
try:
    Image.open(io.BytesIO(b"junk"))
except UnidentifiedImageError as error:
    print(type(error).__name__)
