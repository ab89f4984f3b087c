//! `_curses_panel`: windows that lie on each other.

use crate::library::{ERR, Panel, PanelId, Panels};
use crate::state::{error, int, with_screen};
use crate::window::PyWindow;
use core::cell::RefCell;
use std::sync::{Mutex, PoisonError};
use taipan_object::argparse::Args;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyModule, PyResult, Raised, Thread, class, err, errors, exceptions,
    native_module, new_object, object,
};

/// `_curses_panel.panel`.
#[object]
pub struct PyPanel {
    handle: Data<Listed>,
    /// The window; it is there as long as the panel.
    window: RefCell<Option<Owned<PyWindow>>>,
    user: RefCell<Option<Owned>>,
}

/// A panel that is in the list of panels while its object lives.
struct Listed(Panel);

impl Drop for Listed {
    fn drop(&mut self) {
        list(|panels| panels.retain(|(id, _)| *id != self.0.id()));
    }
}

/// Panels and the addresses of their objects.
fn list<R>(work: impl FnOnce(&mut Vec<(PanelId, usize)>) -> R) -> R {
    static LIST: Mutex<Vec<(PanelId, usize)>> = Mutex::new(Vec::new());
    work(&mut LIST.lock().unwrap_or_else(PoisonError::into_inner))
}

fn panels(t: &Thread) -> PyResult<&'static Panels> {
    Panels::get().map_err(|reason| err!(t, ImportError, "{reason}"))
}

fn check(t: &Thread, result: i32, function: &str) -> PyResult<()> {
    if result == ERR { Err(panel_error(t, &format!("{function}() returned ERR"))) } else { Ok(()) }
}

#[cold]
fn panel_error(t: &Thread, text: &str) -> Raised {
    error(t, "_curses_panel", text)
}

/// The object of a panel.
fn object_of(t: &Thread, id: Option<PanelId>) -> PyResult<Option<Owned>> {
    let Some(id) = id else { return Ok(None) };
    let found = list(|panels| panels.iter().find(|(known, _)| *known == id).map(|&(_, address)| address));
    match found {
        // SAFETY: an object is in the list while it lives.
        Some(address) => Ok(Some(unsafe { Object::from_ptr(address as *mut _) }.own())),
        None => Err(errors::bad_internal_call(t)),
    }
}

/// Methods of this class count their arguments in words of their own.
fn no_arguments(t: &Thread, args: &Args<'_>, function: &str) -> PyResult<()> {
    if args.pos.is_empty() && args.n_keywords() == 0 {
        return Ok(());
    }
    Err(err!(t, TypeError, "{function}() takes no arguments"))
}

fn exact<'a, const N: usize>(t: &Thread, args: &Args<'a>, function: &str) -> PyResult<[&'a Object; N]> {
    if args.n_keywords() > 0 {
        return Err(err!(t, TypeError, "{function}() takes no keyword arguments"));
    }
    <[&Object; N]>::try_from(args.pos).map_err(|_| {
        let (n, s) = (args.pos.len(), if N == 1 { "" } else { "s" });
        err!(t, TypeError, "{function}() takes exactly {N} positional argument{s} ({n} given)")
    })
}

fn window<'a>(t: &Thread, value: &'a Object, argument: &str) -> PyResult<&'a PyWindow> {
    value
        .downcast::<PyWindow>()
        .ok_or_else(|| err!(t, TypeError, "{argument} must be _curses.window, not {}", value.class().name_lossy()))
}

impl PyPanel {
    fn panel(&self) -> &Panel {
        &self.handle.0.0
    }
}

#[class(name = "_curses_panel.panel", heap, mutable, no_new, flags(HAVE_GC))]
impl PyPanel {
    /// Return the panel above this one.
    #[method(text = "($self, /)")]
    fn above(&self, t: &Thread, args: Args<'_>) -> PyResult<Option<Owned>> {
        no_arguments(t, &args, "above")?;
        object_of(t, panels(t)?.panel_above(Some(self.panel())))
    }

    /// Return the panel below this one.
    #[method(text = "($self, /)")]
    fn below(&self, t: &Thread, args: Args<'_>) -> PyResult<Option<Owned>> {
        no_arguments(t, &args, "below")?;
        object_of(t, panels(t)?.panel_below(Some(self.panel())))
    }

    /// Put the panel below all others.
    #[method(text = "($self, /)")]
    fn bottom(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        no_arguments(t, &args, "bottom")?;
        check(t, panels(t)?.bottom_panel(self.panel()), "bottom_panel")
    }

    /// Return whether the panel is hidden.
    #[method]
    fn hidden(&self, t: &Thread) -> PyResult<bool> {
        Ok(panels(t)?.panel_hidden(self.panel()) == 1)
    }

    /// Hide the panel; the window remains.
    #[method(text = "($self, /)")]
    fn hide(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        no_arguments(t, &args, "hide")?;
        check(t, panels(t)?.hide_panel(self.panel()), "hide_panel")
    }

    /// Move the panel to (y, x) of the screen.
    #[method(name = "move", text = "($self, y, x, /)")]
    fn move_to(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let [y, x] = exact(t, &args, "move")?;
        check(t, panels(t)?.move_panel(self.panel(), int(t, y)?, int(t, x)?), "move_panel")
    }

    /// Give the panel another window.
    #[method(text = "($self, win, /)")]
    fn replace(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let [win] = exact(t, &args, "replace")?;
        let window = window(t, win, "replace() argument 1")?;
        check(t, panels(t)?.replace_panel(self.panel(), window.handle()), "replace_panel")?;
        let before = self.window.replace(Some(window.own()));
        drop(before);
        Ok(())
    }

    /// Keep an object with the panel.
    #[method(text = "($self, obj, /)")]
    fn set_userptr(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let [object] = exact(t, &args, "set_userptr")?;
        let before = self.user.replace(Some(object.own()));
        drop(before);
        Ok(())
    }

    /// Show the panel, above all others.
    #[method(text = "($self, /)")]
    fn show(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        no_arguments(t, &args, "show")?;
        check(t, panels(t)?.show_panel(self.panel()), "show_panel")
    }

    /// Put the panel above all others.
    #[method(text = "($self, /)")]
    fn top(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        no_arguments(t, &args, "top")?;
        check(t, panels(t)?.top_panel(self.panel()), "top_panel")
    }

    /// Return the object that set_userptr() kept.
    #[method(text = "($self, /)")]
    fn userptr(&self, t: &Thread, args: Args<'_>) -> PyResult {
        no_arguments(t, &args, "userptr")?;
        let kept = self.user.borrow().as_ref().map(Owned::clone);
        kept.ok_or_else(|| panel_error(t, "no userptr set"))
    }

    /// Return the panel's window.
    #[method]
    fn window(&self, _t: &Thread) -> Option<Owned<PyWindow>> {
        self.window.borrow().clone()
    }
}

// Panels: windows that lie on each other, by the system's ncurses.
#[native_module(name = "_curses_panel")]
pub mod module {
    use super::*;

    /// Return the panel below all others.
    #[function]
    fn bottom_panel(t: &Thread) -> PyResult<Option<Owned>> {
        with_screen(t)?;
        object_of(t, panels(t)?.panel_above(None))
    }

    /// Return a panel for a window, above all others.
    #[function(sig = "(win, /)")]
    fn new_panel(t: &Thread, win: &Object) -> PyResult<Owned<PyPanel>> {
        let window = super::window(t, win, "new_panel() argument")?;
        with_screen(t)?;
        let Some(panel) = panels(t)?.new_panel(window.handle()) else {
            return Err(panel_error(t, "new_panel() returned NULL"));
        };
        let id = panel.id();
        let made = new_object(
            t,
            PyPanel {
                head: Head::new(),
                handle: Data(Listed(panel)),
                window: RefCell::new(Some(window.own())),
                user: RefCell::new(None),
            },
        )?;
        list(|panels| panels.push((id, made.as_object().as_ptr() as usize)));
        Ok(made)
    }

    /// Return the panel above all others.
    #[function]
    fn top_panel(t: &Thread) -> PyResult<Option<Owned>> {
        with_screen(t)?;
        object_of(t, panels(t)?.panel_below(None))
    }

    /// Let the virtual screen show the panels as they lie; doupdate() shows
    /// them on the terminal.
    #[function]
    fn update_panels(t: &Thread) -> PyResult<()> {
        with_screen(t)?;
        panels(t)?.update_panels();
        Ok(())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        panels(t)?;
        taipan_object::state::import(t, "_curses")?;
        taipan_object::module::add_class::<PyPanel>(t, module)?;
        let class = errors::new_exception(t, "_curses_panel", "error", exceptions::Exception::class(), None)?;
        module.set(t, "error", &class)?;
        for name in ["version", "__version__"] {
            module.set(t, name, &*taipan_object::PyStr::from_str(t, "2.1")?)?;
        }
        Ok(())
    }
}
