//! Closure hashes: over a process and everything that it can reach (U18).
//!
//! Processes that reach one another share one hash. It is made of what each of them is by itself and of the closure
//! hashes of what they refer to outside their circle, so the whole costs one step a process and a reference.

use crate::graph::{Graph, Reference};
use crate::hash::{Hash, sha256};
use crate::order::distinct;

/// Per process: its closure hash. `contents` holds what each process is by itself.
pub(crate) fn closures(graph: &Graph, contents: &[Hash]) -> Vec<Hash> {
    let circles = circles(graph);
    let count = contents.len();
    let mut closures: Vec<Hash> = vec![[0; 32]; count];
    let mut circle_of = vec![usize::MAX; count];
    // Circles come out after all that they refer to, so every closure needed is there.
    for (index, circle) in circles.iter().enumerate() {
        for &process in circle {
            circle_of[process] = index;
        }
        let own = distinct(circle.iter().map(|&process| &contents[process][..]).collect());
        let reached = circle
            .iter()
            .flat_map(|&process| targets(&graph.references[process]))
            .filter(|&target| circle_of[target] != index)
            .map(|target| &closures[target][..]);
        let reached = distinct(reached.collect());
        let size = (own.len() as u32).to_be_bytes();
        let closure = sha256([&size[..]].into_iter().chain(own).chain(reached));
        for &process in circle {
            closures[process] = closure;
        }
    }
    closures
}

fn targets(references: &[Reference]) -> impl Iterator<Item = usize> + '_ {
    references.iter().filter_map(|reference| reference.process)
}

/// The strongly connected components (Tarjan), each after those that it refers to. Without recursion: a chain of
/// 100,000 calls is an ordinary input.
fn circles(graph: &Graph) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let count = graph.references.len();
    let mut index = vec![UNSEEN; count];
    let mut low = vec![0; count];
    let mut open = vec![false; count];
    let mut stack = Vec::new();
    let mut found = Vec::new();
    let mut next = 0;
    // Process, and how many of its references are followed.
    let mut calls: Vec<(usize, usize)> = Vec::new();
    for start in 0..count {
        if index[start] != UNSEEN {
            continue;
        }
        calls.push((start, 0));
        while let Some(&mut (process, ref mut followed)) = calls.last_mut() {
            if *followed == 0 {
                index[process] = next;
                low[process] = next;
                next += 1;
                stack.push(process);
                open[process] = true;
            }
            let references = &graph.references[process];
            if let Some(reference) = references.get(*followed) {
                *followed += 1;
                if let Some(target) = reference.process {
                    if index[target] == UNSEEN {
                        calls.push((target, 0));
                    } else if open[target] {
                        low[process] = low[process].min(index[target]);
                    }
                }
                continue;
            }
            calls.pop();
            if let Some(&(caller, _)) = calls.last() {
                low[caller] = low[caller].min(low[process]);
            }
            if low[process] == index[process] {
                let mut circle = Vec::new();
                while let Some(member) = stack.pop() {
                    open[member] = false;
                    circle.push(member);
                    if member == process {
                        break;
                    }
                }
                found.push(circle);
            }
        }
    }
    found
}
