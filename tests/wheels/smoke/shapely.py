"""Areas, predicates, unions, arrays of geometries."""
import shapely
from shapely import Point, Polygon, wkt
from shapely.ops import unary_union

square, circle = Polygon([(0, 0), (2, 0), (2, 2), (0, 2)]), Point(2, 2).buffer(1)
print(square.area, round(square.intersection(circle).area, 4), square.contains(Point(1, 1)), square.wkt, unary_union([square, circle]).geom_type)
print(shapely.area([square, None, circle]).round(3), shapely.STRtree([square, circle]).query(Point(2.5, 2.5)), wkt.loads("LINESTRING (0 0, 1 1)").length)
try:
    wkt.loads("POINT (")
except shapely.errors.GEOSException as error:
    print(type(error).__name__)
