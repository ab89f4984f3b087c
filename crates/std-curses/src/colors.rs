//! `_curses`: functions about colors.

use crate::library::{Curses, ERR, pair_number};
use crate::state::{COLOR, check, curses, int, with_color, with_screen};
use core::sync::atomic::Ordering;
use taipan_object::argparse::{Args, check_positional};
use taipan_object::{Object, Owned, PyInt, PyResult, PyTuple, Thread, err, native_module, number};

/// A C `int`, clipped where the message about it does not depend on how far outside it is.
fn clipped(t: &Thread, value: &Object) -> PyResult<i64> {
    let n = number::index(t, value)?;
    Ok(n.to_i64().unwrap_or(if n.is_negative() { i64::MIN } else { i64::MAX }))
}

/// The number of a color; negative ones are the terminal's own colors where that is allowed.
fn color(t: &Thread, curses: &Curses, value: &Object, default: bool) -> PyResult<i32> {
    let n = clipped(t, value)?;
    if n < 0 && !default {
        return Err(err!(t, ValueError, "Color number is less than 0."));
    }
    let most = curses.colors() - 1;
    match i32::try_from(n) {
        Ok(n) if n <= most => Ok(n),
        // The library refuses it.
        _ if n < 0 => Ok(i32::MIN),
        _ => Err(err!(t, ValueError, "Color number is greater than COLORS-1 ({most}).")),
    }
}

/// A part of a color: 0 to 1000.
fn component(t: &Thread, value: &Object) -> PyResult<i32> {
    match clipped(t, value)? {
        n if n < 0 => Err(err!(t, ValueError, "Color component is less than 0")),
        n if n > 1000 => Err(err!(t, ValueError, "Color component is greater than 1000")),
        n => Ok(n as i32),
    }
}

/// The number of a color pair.
fn pair(t: &Thread, curses: &Curses, value: &Object) -> PyResult<i32> {
    let n = clipped(t, value)?;
    if n < 0 {
        return Err(err!(t, ValueError, "Color pair is less than 0."));
    }
    let Ok(n) = i32::try_from(n) else {
        return Err(err!(t, ValueError, "Color pair is greater than maximum ({}).", i32::MAX));
    };
    let most = curses.color_pairs() - 1;
    // Before start_color() the library knows no number of pairs.
    if n > most && COLOR.load(Ordering::Relaxed) {
        return Err(err!(t, ValueError, "Color pair is greater than COLOR_PAIRS-1 ({most})."));
    }
    Ok(n)
}

fn numbers<const N: usize>(t: &Thread, numbers: [i32; N]) -> PyResult<Owned<PyTuple>> {
    let items = numbers.iter().map(|&n| PyInt::from_i64(t, n.into()).map(Owned::into_object));
    PyTuple::from_vec(t, items.collect::<PyResult<_>>()?)
}

/// The functions about colors.
#[native_module(part)]
pub mod part {
    use super::*;

    /// Set the colors that the terminal shows as its own.
    #[function(sig = "(fg, bg, /)")]
    fn assume_default_colors(t: &Thread, fg: i32, bg: i32) -> PyResult<()> {
        check(t, with_color(t)?.assume_default_colors(fg, bg), "assume_default_colors")
    }

    /// Return whether the terminal lets programs change colors.
    #[function]
    fn can_change_color(t: &Thread) -> PyResult<bool> {
        Ok(with_screen(t)?.can_change_color())
    }

    /// Return the parts of a color: (red, green, blue), each from 0 to 1000.
    #[function(sig = "(color_number, /)")]
    fn color_content(t: &Thread, color_number: &Object) -> PyResult<Owned<PyTuple>> {
        let number = color(t, curses(t)?, color_number, false)?;
        let (mut r, mut g, mut b) = (0, 0, 0);
        let result = with_color(t)?.extended_color_content(number, &mut r, &mut g, &mut b);
        check(t, result, "extended_color_content")?;
        numbers(t, [r, g, b])
    }

    /// Return the attribute for text in the colors of a pair.
    #[function(sig = "(pair_number, /)")]
    fn color_pair(t: &Thread, pair_number: &Object) -> PyResult<i32> {
        let number = int(t, pair_number)?;
        with_color(t)?;
        Ok((number << 8) & crate::library::A_COLOR as i32)
    }

    /// Return whether the terminal has colors.
    #[function]
    fn has_colors(t: &Thread) -> PyResult<bool> {
        Ok(with_screen(t)?.has_colors())
    }

    /// Return whether the module knows terminals with more than 256 colors.
    #[function]
    fn has_extended_color_support(_t: &Thread) -> bool {
        true
    }

    /// Change a color: its red, green and blue parts, each from 0 to 1000.
    #[function(text = "($module, color_number, r, g, b, /)")]
    fn init_color(t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.init_color")?;
        check_positional(t, "init_color", args.pos.len(), 4, 4)?;
        let &[number, r, g, b] = args.pos else { return Ok(()) };
        let number = color(t, curses(t)?, number, false)?;
        let (r, g, b) = (component(t, r)?, component(t, g)?, component(t, b)?);
        check(t, with_color(t)?.init_extended_color(number, r, g, b), "init_extended_color")
    }

    /// Change a color pair: its foreground and background.
    #[function(text = "($module, pair_number, fg, bg, /)")]
    fn init_pair(t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.init_pair")?;
        check_positional(t, "init_pair", args.pos.len(), 3, 3)?;
        let &[number, fg, bg] = args.pos else { return Ok(()) };
        let curses = curses(t)?;
        let number = pair(t, curses, number)?;
        let (fg, bg) = (color(t, curses, fg, true)?, color(t, curses, bg, true)?);
        check(t, with_color(t)?.init_extended_pair(number, fg, bg), "init_extended_pair")
    }

    /// Return the colors of a pair: (foreground, background).
    #[function(sig = "(pair_number, /)")]
    fn pair_content(t: &Thread, pair_number: &Object) -> PyResult<Owned<PyTuple>> {
        let number = pair(t, curses(t)?, pair_number)?;
        let (mut fg, mut bg) = (0, 0);
        let result = with_color(t)?.extended_pair_content(number, &mut fg, &mut bg);
        if result == ERR {
            let most = curses(t)?.color_pairs() - 1;
            return Err(err!(t, ValueError, "Color pair is greater than COLOR_PAIRS-1 ({most})."));
        }
        numbers(t, [fg, bg])
    }

    /// Return the number of the color pair in attributes.
    #[function(name = "pair_number", sig = "(attr, /)")]
    fn pair_number_of(t: &Thread, attr: i32) -> PyResult<u32> {
        with_color(t)?;
        Ok(pair_number(attr as u32))
    }

    /// Start the use of colors: eight colors, and the variables COLORS and
    /// COLOR_PAIRS.
    #[function]
    fn start_color(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        let curses = with_screen(t)?;
        check(t, curses.start_color(), "start_color")?;
        COLOR.store(true, Ordering::Relaxed);
        module.set(t, "COLORS", &*PyInt::from_i64(t, curses.colors().into())?)?;
        module.set(t, "COLOR_PAIRS", &*PyInt::from_i64(t, curses.color_pairs().into())?)
    }

    /// Let -1 stand for the terminal's own colors.
    ///
    /// The same as assume_default_colors(-1, -1).
    #[function]
    fn use_default_colors(t: &Thread) -> PyResult<()> {
        check(t, with_color(t)?.use_default_colors(), "use_default_colors")
    }
}
