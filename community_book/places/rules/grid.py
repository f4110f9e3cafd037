"""Points on the National Grid, their distance, and the way to and from degrees.

Degrees are floats: they are places, not amounts. Transverse Mercator and the seven-parameter Helmert
transformation are those of the Ordnance Survey's "A guide to coordinate systems in Great Britain";
without the OSTN15 grid they are good to about 5 m, far less than a postcode is wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, isqrt, radians, sin, sqrt, tan

GRID_EAST_AT_MOST, GRID_NORTH_AT_MOST = 700_000, 1_300_000
"""The National Grid in metres: 0 to 700 km east, 0 to 1,300 km north."""


@dataclass(frozen=True, order=True)
class GridPoint:
    """A point of the National Grid, in metres east and north."""

    easting: int
    northing: int


def distance_m(a: GridPoint, b: GridPoint) -> int:
    """The straight distance in metres, rounded to the nearest."""
    squared = (a.easting - b.easting) ** 2 + (a.northing - b.northing) ** 2
    whole = isqrt(squared)
    return whole + (squared - whole * whole > whole)


@dataclass(frozen=True)
class _Ellipsoid:
    """Half axes in metres."""

    a: float
    b: float

    @property
    def squared_eccentricity(self) -> float:
        return 1 - (self.b / self.a) ** 2


_AIRY = _Ellipsoid(6_377_563.396, 6_356_256.909)
_WGS84 = _Ellipsoid(6_378_137.0, 6_356_752.314_245)

_SCALE = 0.9996012717
_LATITUDE_0, _LONGITUDE_0 = radians(49), radians(-2)
_EAST_0, _NORTH_0 = 400_000, -100_000
_N = (_AIRY.a - _AIRY.b) / (_AIRY.a + _AIRY.b)

_SHIFT_M = (446.448, -125.157, 542.060)
_SCALE_CHANGE = -20.4894e-6
_TURN = tuple(radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
"""From OSGB36 to WGS84; the way back has the opposite signs."""


def osgb_to_wgs84(easting: float, northing: float) -> tuple[float, float]:
    """A grid reference in metres as (latitude, longitude) in degrees of WGS84, to about 5 m.

    Raises ValueError outside the National Grid.
    """
    if not (0 <= easting <= GRID_EAST_AT_MOST and 0 <= northing <= GRID_NORTH_AT_MOST):
        raise ValueError(f"not on the National Grid: {easting}, {northing}")
    latitude, longitude = _from_grid(easting, northing)
    return _helmert(latitude, longitude, _AIRY, _WGS84, sign=1)


def wgs84_to_osgb(latitude: float, longitude: float) -> GridPoint:
    """Degrees of WGS84 as the nearest metre of the National Grid, to about 5 m.

    Raises ValueError for a point that does not lie on the grid.
    """
    if not (49 <= latitude <= 62 and -10 <= longitude <= 4):
        raise ValueError(f"not on the National Grid: {latitude}, {longitude}")
    easting, northing = _to_grid(*_helmert(latitude, longitude, _WGS84, _AIRY, sign=-1))
    point = GridPoint(round(easting), round(northing))
    if not (0 <= point.easting <= GRID_EAST_AT_MOST and 0 <= point.northing <= GRID_NORTH_AT_MOST):
        raise ValueError(f"not on the National Grid: {latitude}, {longitude}")
    return point


def _helmert(
    latitude: float, longitude: float, source: _Ellipsoid, target: _Ellipsoid, *, sign: int
) -> tuple[float, float]:
    """Degrees on one ellipsoid as degrees on the other, at height 0."""
    phi, lam = radians(latitude), radians(longitude)
    across = source.a / sqrt(1 - source.squared_eccentricity * sin(phi) ** 2)
    x, y = across * cos(phi) * cos(lam), across * cos(phi) * sin(lam)
    z = across * (1 - source.squared_eccentricity) * sin(phi)
    tx, ty, tz = (sign * shift for shift in _SHIFT_M)
    rx, ry, rz = (sign * turn for turn in _TURN)
    scale = 1 + sign * _SCALE_CHANGE
    x, y, z = (
        tx + scale * x - rz * y + ry * z,
        ty + rz * x + scale * y - rx * z,
        tz - ry * x + rx * y + scale * z,
    )
    from_axis = hypot(x, y)
    e2 = target.squared_eccentricity
    phi = atan2(z, from_axis * (1 - e2))
    for _ in range(6):  # each round gains about three digits
        across = target.a / sqrt(1 - e2 * sin(phi) ** 2)
        phi = atan2(z + e2 * across * sin(phi), from_axis)
    return degrees(phi), degrees(atan2(y, x))


def _meridian(phi: float) -> float:
    """Metres along the central meridian from the true origin."""
    n, less, more = _N, phi - _LATITUDE_0, phi + _LATITUDE_0
    return (
        _AIRY.b
        * _SCALE
        * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more)
            + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )
    )


def _radii(phi: float) -> tuple[float, float, float]:
    """Nu, rho and eta squared of the guide, at a latitude of the Airy ellipsoid."""
    e2 = _AIRY.squared_eccentricity
    flat = 1 - e2 * sin(phi) ** 2
    nu = _AIRY.a * _SCALE / sqrt(flat)
    rho = nu * (1 - e2) / flat
    return nu, rho, nu / rho - 1


def _to_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees of OSGB36 as metres (east, north)."""
    phi, east = radians(latitude), radians(longitude) - _LONGITUDE_0
    nu, rho, eta2 = _radii(phi)
    s, c, t2 = sin(phi), cos(phi), tan(phi) ** 2
    northing = (
        _meridian(phi)
        + _NORTH_0
        + nu / 2 * s * c * east**2
        + nu / 24 * s * c**3 * (5 - t2 + 9 * eta2) * east**4
        + nu / 720 * s * c**5 * (61 - 58 * t2 + t2**2) * east**6
    )
    easting = (
        _EAST_0
        + nu * c * east
        + nu / 6 * c**3 * (nu / rho - t2) * east**3
        + nu / 120 * c**5 * (5 - 18 * t2 + t2**2 + 14 * eta2 - 58 * t2 * eta2) * east**5
    )
    return easting, northing


def _from_grid(easting: float, northing: float) -> tuple[float, float]:
    """Metres (east, north) as degrees of OSGB36."""
    phi = _LATITUDE_0
    for _ in range(20):
        left = northing - _NORTH_0 - _meridian(phi)
        phi += left / (_AIRY.a * _SCALE)
        if abs(left) < 0.00001:
            break
    nu, rho, eta2 = _radii(phi)
    t, c = tan(phi), cos(phi)
    t2 = t**2
    east = easting - _EAST_0
    latitude = (
        phi
        - t / (2 * rho * nu) * east**2
        + t / (24 * rho * nu**3) * (5 + 3 * t2 + eta2 - 9 * t2 * eta2) * east**4
        - t / (720 * rho * nu**5) * (61 + 90 * t2 + 45 * t2**2) * east**6
    )
    longitude = (
        _LONGITUDE_0
        + east / (c * nu)
        - east**3 / (6 * c * nu**3) * (nu / rho + 2 * t2)
        + east**5 / (120 * c * nu**5) * (5 + 28 * t2 + 24 * t2**2)
        - east**7 / (5040 * c * nu**7) * (61 + 662 * t2 + 1320 * t2**2 + 720 * t2**3)
    )
    return degrees(latitude), degrees(longitude)
