//! `_statistics`: the inverse of the normal distribution.

use taipan_object::{PyResult, Thread, err, native_module};

/// Evaluates a polynomial given from the highest coefficient down.
fn poly(r: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * r + c)
}

/// Wichura's algorithm AS241: the quantile of the normal distribution.
fn inverse_cdf(p: f64, mu: f64, sigma: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        let num = poly(
            r,
            &[
                2509.0809287301227,
                33430.57558358813,
                67265.7709270087,
                45921.95393154987,
                13731.69376550946,
                1971.5909503065513,
                133.14166789178438,
                3.3871328727963665,
            ],
        ) * q;
        let den = poly(
            r,
            &[
                5226.495278852854,
                28729.085735721943,
                39307.89580009271,
                21213.794301586597,
                5394.196021424751,
                687.1870074920579,
                42.31333070160091,
                1.0,
            ],
        );
        return mu + (num / den) * sigma;
    }
    let r = (-(if q <= 0.0 { p } else { 1.0 - p }).ln()).sqrt();
    let x = if r <= 5.0 {
        let r = r - 1.6;
        poly(
            r,
            &[
                0.0007745450142783414,
                0.022723844989269184,
                0.2417807251774506,
                1.2704582524523684,
                3.6478483247632045,
                5.769497221460691,
                4.630337846156546,
                1.4234371107496835,
            ],
        ) / poly(
            r,
            &[
                1.0507500716444169e-09,
                0.0005475938084995345,
                0.015198666563616457,
                0.14810397642748008,
                0.6897673349851,
                1.6763848301838038,
                2.053191626637759,
                1.0,
            ],
        )
    } else {
        let r = r - 5.0;
        poly(
            r,
            &[
                2.0103343992922881e-07,
                2.7115555687434876e-05,
                0.0012426609473880784,
                0.026532189526576124,
                0.29656057182850487,
                1.7848265399172913,
                5.463784911164114,
                6.657904643501103,
            ],
        ) / poly(
            r,
            &[
                2.0442631033899397e-15,
                1.421511758316446e-07,
                1.8463183175100548e-05,
                0.0007868691311456133,
                0.014875361290850615,
                0.1369298809227358,
                0.599832206555888,
                1.0,
            ],
        )
    };
    mu + (if q < 0.0 { -x } else { x }) * sigma
}

/// Accelerators for the statistics module.
///
#[native_module(name = "_statistics")]
pub mod statistics {
    use super::*;

    #[function(sig = "(p, mu, sigma, /)")]
    fn _normal_dist_inv_cdf(t: &Thread, p: f64, mu: f64, sigma: f64) -> PyResult<f64> {
        if p <= 0.0 || p >= 1.0 {
            return Err(err!(t, ValueError, "inv_cdf undefined for these parameters"));
        }
        Ok(inverse_cdf(p, mu, sigma))
    }
}
