//! Constants: folding, small integers, jumps on constants, and constants that nobody loads any more.

use super::cfg::{Cfg, Instr, for_each_block};
use crate::codegen::STACK_USE_GUIDELINE;
use crate::error::NO_LOCATION;
use crate::fold;
use crate::names::FxHashMap;
use taipan_bytecode::tables::{intrinsic, nb};
use taipan_bytecode::{Const, Opcode as Op};

/// Displays of fewer constants are built one by one.
const MIN_CONST_SEQUENCE_SIZE: usize = 3;

/// The constants of a unit.
pub(super) struct Consts {
    pub list: Vec<Const>,
    /// Made when first needed.
    index: Option<FxHashMap<Const, u32>>,
}

impl Consts {
    pub fn new(list: Vec<Const>) -> Consts {
        Consts { list, index: None }
    }

    fn add(&mut self, value: Const) -> i32 {
        let list = &mut self.list;
        // Not equal to anything, itself included.
        if matches!(value, Const::Float(x) if x.is_nan()) {
            list.push(value);
            return list.len() as i32 - 1;
        }
        let index =
            self.index.get_or_insert_with(|| list.iter().enumerate().map(|(i, c)| (c.clone(), i as u32)).collect());
        if let Some(&i) = index.get(&value) {
            return i as i32;
        }
        let i = list.len() as u32;
        index.insert(value.clone(), i);
        list.push(value);
        i as i32
    }

    /// What an instruction loads.
    fn value(&self, instr: &Instr) -> Const {
        match instr.op {
            Op::LOAD_SMALL_INT => Const::Int(i64::from(instr.arg)),
            _ => self.list.get(instr.arg as usize).cloned().unwrap_or(Const::None),
        }
    }
}

#[inline]
fn loads_const(op: Op) -> bool {
    matches!(op, Op::LOAD_CONST | Op::LOAD_SMALL_INT)
}

/// Positions of the `n` instructions before `end` which load constants, if that is all there is but NOPs.
fn const_loads(instrs: &[Instr], end: usize, n: usize) -> Option<Vec<usize>> {
    // Mostly the very first look says no.
    let mut found = Vec::new();
    let mut i = end;
    while found.len() < n {
        i = i.checked_sub(1)?;
        match instrs[i].op {
            Op::NOP => {}
            op if loads_const(op) => found.push(i),
            _ => return None,
        }
    }
    found.reverse();
    Some(found)
}

fn nop_out(instrs: &mut [Instr], positions: &[usize]) {
    for &i in positions {
        instrs[i].nop();
        instrs[i].loc = NO_LOCATION;
    }
}

/// Small integers are part of the instruction.
fn make_small_int(instr: &mut Instr, value: &Const) -> bool {
    match value {
        Const::Int(i @ 0..=255) => {
            instr.set(Op::LOAD_SMALL_INT, *i as i32);
            true
        }
        _ => false,
    }
}

fn make_load_const(instr: &mut Instr, value: Const, consts: &mut Consts) {
    if !make_small_int(instr, &value) {
        let i = consts.add(value);
        instr.set(Op::LOAD_CONST, i);
    }
}

impl Cfg {
    /// Small integers, and conditions that are known.
    pub fn optimize_load_const(&mut self, consts: &mut Consts) {
        for_each_block!(self, b, {
            let instrs = &mut self.block_mut(b).instrs;
            let mut loaded: Option<Const> = None;
            for i in 0..instrs.len() {
                if instrs[i].op == Op::LOAD_CONST
                    && let Some(value) = consts.list.get(instrs[i].arg as usize)
                {
                    make_small_int(&mut instrs[i], value);
                }
                let is_copy = loaded.is_some() && instrs[i].op == Op::COPY && instrs[i].arg == 1;
                if !is_copy {
                    loaded = None;
                    if !loads_const(instrs[i].op) {
                        continue;
                    }
                }
                let Some(next) = instrs.get(i + 1).map(|n| n.op) else { break };
                if !matches!(
                    next,
                    Op::POP_JUMP_IF_FALSE
                        | Op::POP_JUMP_IF_TRUE
                        | Op::JUMP_IF_FALSE
                        | Op::JUMP_IF_TRUE
                        | Op::IS_OP
                        | Op::TO_BOOL
                        | Op::COPY
                ) {
                    continue;
                }
                let value = loaded.take().unwrap_or_else(|| consts.value(&instrs[i]));
                match next {
                    Op::POP_JUMP_IF_FALSE | Op::POP_JUMP_IF_TRUE | Op::JUMP_IF_FALSE | Op::JUMP_IF_TRUE => {
                        if matches!(next, Op::POP_JUMP_IF_FALSE | Op::POP_JUMP_IF_TRUE) {
                            instrs[i].nop();
                        }
                        let jump_if_true = matches!(next, Op::POP_JUMP_IF_TRUE | Op::JUMP_IF_TRUE);
                        if fold::truth(&value) == jump_if_true {
                            instrs[i + 1].op = Op::JUMP;
                        } else {
                            instrs[i + 1].nop();
                        }
                    }
                    Op::IS_OP if matches!(value, Const::None) => fold_is_none(instrs, i),
                    Op::TO_BOOL => {
                        let truth = if fold::truth(&value) { Const::True } else { Const::False };
                        let index = consts.add(truth);
                        instrs[i].nop();
                        instrs[i + 1].set(Op::LOAD_CONST, index);
                    }
                    _ => {}
                }
                loaded = Some(value);
            }
        });
    }

    pub fn fold_tuple(&mut self, b: u32, i: usize, consts: &mut Consts) {
        let instrs = &mut self.block_mut(b).instrs;
        let n = instrs[i].arg as usize;
        if n > STACK_USE_GUIDELINE {
            return;
        }
        let Some(loads) = const_loads(instrs, i, n) else { return };
        let items = loads.iter().map(|&i| consts.value(&instrs[i])).collect();
        nop_out(instrs, &loads);
        make_load_const(&mut instrs[i], fold::tuple(items), consts);
    }

    /// Lists and sets of constants, and lists that are only iterated over or searched.
    pub fn fold_list_or_set(&mut self, b: u32, i: usize, consts: &mut Consts) {
        let instrs = &mut self.block_mut(b).instrs;
        let next = instrs.get(i + 1).map(|n| n.op);
        let contains_or_iter = matches!(next, Some(Op::GET_ITER | Op::CONTAINS_OP));
        let n = instrs[i].arg as usize;
        let is_list = instrs[i].op == Op::BUILD_LIST;
        if n > STACK_USE_GUIDELINE || n < MIN_CONST_SEQUENCE_SIZE && !contains_or_iter {
            return;
        }
        let Some(loads) = const_loads(instrs, i, n) else {
            if contains_or_iter && is_list {
                instrs[i].op = Op::BUILD_TUPLE;
            }
            return;
        };
        let items = loads.iter().map(|&i| consts.value(&instrs[i])).collect();
        let value = if is_list { fold::tuple(items) } else { fold::frozenset(items) };
        let index = consts.add(value);
        nop_out(instrs, &loads);
        if contains_or_iter {
            instrs[i].set(Op::LOAD_CONST, index);
            return;
        }
        let loc = instrs[i].loc;
        let build = instrs[i].op;
        instrs[i - 2].set(build, 0);
        instrs[i - 2].loc = loc;
        instrs[i - 1].set(Op::LOAD_CONST, index);
        instrs[i - 1].loc = loc;
        instrs[i].set(if is_list { Op::LIST_EXTEND } else { Op::SET_UPDATE }, 1);
    }

    /// A long tuple of constants, built as a list.
    pub fn fold_list_to_tuple(&mut self, b: u32, i: usize, consts: &mut Consts) -> bool {
        let instrs = &mut self.block_mut(b).instrs;
        let mut expect_append = true;
        let mut loads = Vec::new();
        let mut start = None;
        for pos in (0..i).rev() {
            let instr = &instrs[pos];
            match instr.op {
                Op::NOP => continue,
                Op::BUILD_LIST if instr.arg == 0 => {
                    if expect_append {
                        start = Some(pos);
                    }
                    break;
                }
                Op::LIST_APPEND if expect_append && instr.arg == 1 => {}
                op if !expect_append && loads_const(op) => loads.push(pos),
                _ => break,
            }
            expect_append = !expect_append;
        }
        let Some(start) = start else { return false };
        let items = loads.iter().rev().map(|&i| consts.value(&instrs[i])).collect();
        for instr in &mut instrs[start..i] {
            if instr.op != Op::NOP {
                instr.nop();
                instr.loc = NO_LOCATION;
            }
        }
        make_load_const(&mut instrs[i], fold::tuple(items), consts);
        true
    }

    /// A long list or set of constants that is only iterated over or searched; `i` is its last append.
    pub fn fold_long_display(&mut self, b: u32, i: usize, consts: &mut Consts) {
        let instrs = &mut self.block_mut(b).instrs;
        let is_list = instrs[i].op == Op::LIST_APPEND;
        let (append, build) = if is_list { (Op::LIST_APPEND, Op::BUILD_LIST) } else { (Op::SET_ADD, Op::BUILD_SET) };
        let mut expect_append = true;
        let mut loads = Vec::new();
        let mut start = None;
        for pos in (0..=i).rev() {
            let instr = &instrs[pos];
            match instr.op {
                Op::NOP => continue,
                op if op == build && instr.arg == 0 => {
                    if expect_append {
                        start = Some(pos);
                    }
                    break;
                }
                op if expect_append && op == append && instr.arg == 1 => {}
                op if !expect_append && loads_const(op) => loads.push(pos),
                _ => break,
            }
            expect_append = !expect_append;
        }
        let Some(start) = start else { return };
        let items = loads.iter().rev().map(|&i| consts.value(&instrs[i])).collect();
        let value = if is_list { fold::tuple(items) } else { fold::frozenset(items) };
        for instr in &mut instrs[start..=i] {
            if instr.op != Op::NOP {
                instr.nop();
                instr.loc = NO_LOCATION;
            }
        }
        make_load_const(&mut instrs[i], value, consts);
    }

    pub fn fold_unary(&mut self, b: u32, i: usize, consts: &mut Consts) {
        let instrs = &mut self.block_mut(b).instrs;
        let Some(loads) = const_loads(instrs, i, 1) else { return };
        let operand = consts.value(&instrs[loads[0]]);
        let result = match instrs[i].op {
            Op::UNARY_NEGATIVE => fold::negative(&operand),
            Op::UNARY_INVERT => fold::invert(&operand),
            Op::UNARY_NOT => Some(if fold::truth(&operand) { Const::False } else { Const::True }),
            Op::CALL_INTRINSIC_1 if instrs[i].arg == intrinsic::UNARY_POSITIVE as i32 => fold::positive(&operand),
            _ => None,
        };
        let Some(result) = result else { return };
        nop_out(instrs, &loads);
        make_load_const(&mut instrs[i], result, consts);
    }

    pub fn fold_binary(&mut self, b: u32, i: usize, consts: &mut Consts) {
        let instrs = &mut self.block_mut(b).instrs;
        let Some(loads) = const_loads(instrs, i, 2) else { return };
        let op = instrs[i].arg as u32;
        if op >= nb::INPLACE && op != nb::SUBSCR {
            return;
        }
        let (left, right) = (consts.value(&instrs[loads[0]]), consts.value(&instrs[loads[1]]));
        let Some(result) = fold::binary(op, &left, &right) else { return };
        nop_out(instrs, &loads);
        make_load_const(&mut instrs[i], result, consts);
    }

    /// Drops constants that are not loaded; the first may be a docstring and stays.
    pub fn remove_unused_consts(&mut self, consts: Vec<Const>) -> Vec<Const> {
        if consts.is_empty() {
            return consts;
        }
        let mut used = vec![false; consts.len()];
        used[0] = true;
        for_each_block!(self, b, {
            for instr in &self.block(b).instrs {
                if instr.op == Op::LOAD_CONST
                    && let Some(slot) = used.get_mut(instr.arg as usize)
                {
                    *slot = true;
                }
            }
        });
        if used.iter().all(|u| *u) {
            return consts;
        }
        let mut map = vec![0i32; consts.len()];
        let mut kept = Vec::with_capacity(consts.len());
        for (i, value) in consts.into_iter().enumerate() {
            if used[i] {
                map[i] = kept.len() as i32;
                kept.push(value);
            }
        }
        for_each_block!(self, b, {
            for instr in &mut self.block_mut(b).instrs {
                if instr.op == Op::LOAD_CONST
                    && let Some(new) = map.get(instr.arg as usize)
                {
                    instr.arg = *new;
                }
            }
        });
        kept
    }
}

/// `LOAD_CONST None; IS_OP; [TO_BOOL;] POP_JUMP_IF_...` is one jump.
fn fold_is_none(instrs: &mut [Instr], i: usize) {
    let Some(mut jump) = instrs.get(i + 2).copied() else { return };
    let mut at = i + 2;
    if jump.op == Op::TO_BOOL {
        instrs[at].nop();
        at = i + 3;
        match instrs.get(at) {
            Some(next) => jump = *next,
            None => return,
        }
    }
    let mut invert = instrs[i + 1].arg != 0;
    match jump.op {
        Op::POP_JUMP_IF_FALSE => invert = !invert,
        Op::POP_JUMP_IF_TRUE => {}
        _ => return,
    }
    instrs[i].nop();
    instrs[i + 1].nop();
    instrs[at].op = if invert { Op::POP_JUMP_IF_NOT_NONE } else { Op::POP_JUMP_IF_NONE };
}
