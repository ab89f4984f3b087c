//! `import` and `from ... import`.

use super::*;
use taipan_bytecode::tables::intrinsic;

impl<'a> Compiler<'a> {
    pub fn import(&mut self, loc: Location, names: &'a [Alias]) -> Result {
        for alias in names {
            self.load_int(0, loc);
            self.load_none(loc);
            let name = self.intern(&alias.name);
            self.op_name(Op::IMPORT_NAME, name, 0, 0, loc);
            match &alias.asname {
                Some(asname) => self.import_as(loc, &alias.name, asname)?,
                None => {
                    let first = alias.name.split('.').next().unwrap_or("");
                    let first = self.names.intern(first);
                    self.store_name(first, loc)?;
                }
            }
        }
        Ok(())
    }

    /// `import a.b.c as d`: the instruction gives `a`, from which `b` and `c` are taken.
    fn import_as(&mut self, loc: Location, name: &str, asname: &Identifier) -> Result {
        let asname = self.intern(asname);
        let Some((_, rest)) = name.split_once('.') else { return self.store_name(asname, loc) };
        for (i, part) in rest.split('.').enumerate() {
            if i > 0 {
                self.op_i(Op::SWAP, 2, loc);
                self.op(Op::POP_TOP, loc);
            }
            let part = self.names.intern(part);
            self.op_name_raw(Op::IMPORT_FROM, part, Table::Names, loc);
        }
        self.store_name(asname, loc)?;
        self.op(Op::POP_TOP, loc);
        Ok(())
    }

    pub fn import_from(
        &mut self,
        loc: Location,
        module: Option<&'a Identifier>,
        names: &'a [Alias],
        level: i32,
    ) -> Result {
        self.load_int(i64::from(level), loc);
        let too_late = self
            .future
            .location
            .is_none_or(|last| (loc.lineno, loc.col_offset) > (last.end_lineno, last.end_col_offset));
        if level == 0 && module.is_some_and(|m| &**m == "__future__") && too_late {
            return Err(CompileError::syntax("from __future__ imports must occur at the beginning of the file", loc));
        }
        let list: Vec<Sym> = names.iter().map(|alias| self.intern(&alias.name)).collect();
        let tuple = self.name_tuple(&list);
        self.load_const(tuple, loc);
        let module = module.map_or(sym::empty, |m| self.intern(m));
        self.op_name(Op::IMPORT_NAME, module, 0, 0, loc);
        for (i, alias) in names.iter().enumerate() {
            if i == 0 && &*alias.name == "*" {
                self.op_i(Op::CALL_INTRINSIC_1, intrinsic::IMPORT_STAR as i32, loc);
                self.op(Op::POP_TOP, NO_LOCATION);
                return Ok(());
            }
            let name = self.intern(&alias.name);
            self.op_name(Op::IMPORT_FROM, name, 0, 0, loc);
            let store = alias.asname.as_ref().map_or(name, |asname| self.intern(asname));
            self.store_name(store, loc)?;
        }
        self.op(Op::POP_TOP, loc);
        Ok(())
    }
}
