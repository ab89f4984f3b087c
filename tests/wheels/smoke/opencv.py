"""Filter, draw, find contours, encode."""
import cv2
import numpy as np

image = np.zeros((64, 64, 3), np.uint8)
cv2.rectangle(image, (10, 10), (40, 40), (255, 0, 0), -1)
cv2.circle(image, (50, 50), 8, (0, 0, 255), -1)
gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
contours, _ = cv2.findContours(gray, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
print(len(contours), sorted(cv2.contourArea(c) for c in contours), cv2.GaussianBlur(gray, (5, 5), 0)[12, 12])
ok, png = cv2.imencode(".png", image)
print(ok, np.array_equal(cv2.imdecode(png, cv2.IMREAD_COLOR), image), cv2.resize(image, (8, 8)).shape)
try:
    cv2.cvtColor(gray, cv2.COLOR_BGR2GRAY)
except cv2.error as error:
    print(error.code, error.func)
