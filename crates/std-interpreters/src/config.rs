//! The settings of an interpreter (`PyInterpreterConfig`) as Python objects.

use taipan_object::{Object, Owned, PyBool, PyDict, PyResult, PyStr, Thread, err, singletons};
use taipan_runtime::interpreter::InterpreterConfig;
use taipan_types::namespace;

/// The namespace of settings.
pub fn config_object(t: &Thread, config: &InterpreterConfig) -> PyResult {
    let dict = config_dict(t, config)?;
    namespace::new(t, &dict)
}

/// The dictionary of settings (`_PyInterpreterConfig_AsDict`).
pub fn config_dict(t: &Thread, config: &InterpreterConfig) -> PyResult<Owned<PyDict>> {
    let dict = PyDict::new(t)?;
    let set = |name: &str, value: &Object| dict.set_item(t, &*PyStr::intern_str(t, name)?, value);
    for (name, value) in flags(&mut config.clone()) {
        set(name, singletons::bool(*value).as_object())?;
    }
    set("gil", &*PyStr::intern_str(t, config.gil)?)?;
    Ok(dict)
}

fn flags(config: &mut InterpreterConfig) -> [(&'static str, &mut bool); 6] {
    [
        ("use_main_obmalloc", &mut config.use_main_obmalloc),
        ("allow_fork", &mut config.allow_fork),
        ("allow_exec", &mut config.allow_exec),
        ("allow_threads", &mut config.allow_threads),
        ("allow_daemon_threads", &mut config.allow_daemon_threads),
        ("check_multi_interp_extensions", &mut config.check_multi_interp_extensions),
    ]
}

/// Settings that have a name.
pub fn named_config(t: &Thread, name: &str) -> PyResult<InterpreterConfig> {
    match name {
        "" | "default" | "isolated" => Ok(InterpreterConfig::ISOLATED),
        "legacy" => Ok(InterpreterConfig::LEGACY),
        "empty" => Ok(InterpreterConfig::EMPTY),
        _ => Err(err!(t, ValueError, "unsupported config name '{name}'")),
    }
}

/// Changes settings by a dictionary; `whole` asks for all of them.
pub fn update_config(t: &Thread, config: &mut InterpreterConfig, dict: &PyDict, whole: bool) -> PyResult<()> {
    let mut used = 0;
    let lacks = |name: &str| err!(t, ValueError, "missing config key: {name}");
    for (name, flag) in flags(config) {
        match dict.get_item(t, &*PyStr::intern_str(t, name)?)? {
            Some(value) if value.is_exact::<PyBool>() => {
                *flag = value.is(singletons::bool(true).as_object());
                used += 1;
            }
            Some(_) => return Err(err!(t, TypeError, "invalid config type: {name}")),
            None if whole => return Err(lacks(name)),
            None => {}
        }
    }
    match dict.get_item(t, &*PyStr::intern_str(t, "gil")?)? {
        Some(value) => {
            if !value.is_instance_of::<PyStr>() {
                return Err(err!(t, TypeError, "invalid config type: gil"));
            }
            let text = value.str_lossy(t);
            let Some(gil) = ["default", "shared", "own"].into_iter().find(|known| *known == text) else {
                return Err(err!(t, ValueError, "unsupported interpreter config .gil value '{text}'"));
            };
            config.gil = gil;
            used += 1;
        }
        None if whole => return Err(lacks("gil")),
        None => {}
    }
    let extra = dict.len() - used;
    if extra > 0 {
        let left = PyDict::new(t)?;
        for (key, value) in dict.items_vec() {
            let text = key.str_lossy(t);
            if text != "gil" && !flags(config).iter().any(|(name, _)| *name == text) {
                left.set_item(t, &key, &value)?;
            }
        }
        let plural = if extra == 1 { "" } else { "s" };
        let shown = left.as_object().repr_lossy(t);
        return Err(err!(t, ValueError, "config dict has {extra} extra item{plural} ({shown})"));
    }
    Ok(())
}
