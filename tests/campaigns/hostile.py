"""Damaged and hostile files through the commands that read them: every one must end in a sentence that names the file, never in a signal.

hostile.py mutants [--seed S] [--first K] [--count N] [--jobs J] [--wall T] [--keep FOLDER]
hostile.py bombs

Works in the current, empty folder with the commands in PATH. Mutant k is a function of (seed, k) alone: `--first k --count 1 --keep FOLDER` makes one again.
Prints what fails, then one line of counts; the status is 1 where anything failed.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time

import h5py
import numpy as np

ALLOWED = {0, 1, 2, 65, 66, 74, 78}
GIB = 1 << 30
# Address space is more than memory: each thread reserves 8 MiB of stack and up to 64 MiB of heap that it never touches.
SPACE = GIB + (256 << 20)


# ---- running one command within limits

def run(words, wall, space=SPACE, cpu=10):
    """Status, stderr, seconds of wall and CPU, peak resident bytes (its own and its children's)."""
    def limits():
        resource.setrlimit(resource.RLIMIT_AS, (space, space))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    start = time.monotonic()
    with open(os.devnull, 'rb') as null, open('stderr', 'w+b') as err, open('stdout', 'w+b') as out:
        process = subprocess.Popen(words, stdin=null, stdout=out, stderr=err, preexec_fn=limits, env={**os.environ, 'OMP_NUM_THREADS': '2'})
        timer = None
        try:
            signal.signal(signal.SIGALRM, lambda *_: process.kill())
            signal.setitimer(signal.ITIMER_REAL, wall)
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        said = err.read(1 << 20).decode(errors='replace')
        out.seek(0, 2)
        printed = out.tell()
    return process.returncode, said, printed, time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10


def complaint(code, said, printed, seconds, cpu, memory, words, file, wall, most_memory=GIB, most_cpu=10):
    """What is wrong with how the command ended, or None."""
    if code < 0:
        return f'died of signal {-code}'
    if code not in ALLOWED:
        return f'ended with {code}'
    if seconds > wall or cpu > most_cpu:
        return f'took {seconds:.1f} s, {cpu:.1f} s of CPU'
    if memory > most_memory:
        return f'took {memory >> 20} MiB'
    if code == 0:
        return None
    lines = said.splitlines()
    told = [line for line in lines if line.startswith(words[0] + ': ')]
    if not told:
        return 'no sentence'
    if file not in said:  # where the command line is at fault, in its copy
        return 'the file is not named'
    if 'internal error' in said or 'terminate called' in said:
        return 'an internal error'
    if printed:
        return 'an answer beside the error'
    return None


# ---- the files to begin with, and the commands that read each kind

def make(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def old_format(source, target):
    """The same content in the oldest format, whose metadata carry no checksums: damage reaches deeper into the library."""
    with h5py.File(source, 'r') as a, h5py.File(target, 'w', libver='earliest') as b:
        for name in a:
            a.copy(name, b)
        for name, v in a.attrs.items():
            b.attrs[name] = v


def originals(folder):
    at = lambda name: os.path.join(folder, name)
    tiny = ['--batch', '32', '--set', 'network.width=8', '--set', 'network.layers=1', '-q', '-o']
    make('dm-data', 'make', 'moons', '-n', '64', '-q', '-o', at('rows.h5'))
    make('dm-data', 'make', 'gaussian', '-n', '150', '-q', '-o', at('other.h5'))
    make('dm-noise', at('rows.h5'), '--time', '.2,.9', '--path', '-q', '-o', at('dataset.h5'))
    make('dm-data', 'export', at('rows.h5'), '-o', at('table.csv'))
    make('dm-data', 'export', at('rows.h5'), '-o', at('table.npy'))
    make('dm-train', at('rows.h5'), '--steps', '3', *tiny, at('model.h5'))
    make('dm-dsbm', at('rows.h5'), at('other.h5'), '--steps', '2', '--set', 'method.half_iterations=2', *tiny, at('transport.h5'))
    make('dm-ipf', at('rows.h5'), at('other.h5'), '-q', '-o', at('plan.h5'))
    make('dm-ipf', at('rows.h5'), at('other.h5'), '--method', 'ridge', '-q', '-o', at('ridge.h5'))
    line = ['dm-train', at('rows.h5'), '--steps', '3000', '--checkpoint', '1', '--resume', *tiny, at('half.h5')]
    process = subprocess.Popen(line, stderr=subprocess.DEVNULL)
    while process.poll() is None and not os.path.exists(at('half.h5.checkpoint')):
        time.sleep(.01)
    process.terminate()
    process.wait()
    os.rename(at('half.h5.checkpoint'), at('checkpoint.h5'))
    for name in ('dataset', 'model', 'transport', 'plan', 'ridge', 'checkpoint'):
        old_format(at(name + '.h5'), at(name + '-old.h5'))
    specs = {'run.json': {'seed': 3, 'dm-noise': {'time': [.1, .5], 'process': {'type': 'vp'}},
                          'dm-train': {'steps': 2, 'network': {'type': 'mlp', 'width': 8}, 'objective': {'type': 'dsm'}},
                          'dm-sample': {'sampler': {'type': 'heun'}, 'steps': 4}, 'dm-plot': {'kind': 'scatter'}},
             'oracle.json': {'density': {'type': 'gaussian_mixture', 'means': [[-1, 0], [1, 0]], 'covariances': .1, 'weights': [.5, .5]}},
             'bridge.json': {'bridge': {'type': 'gaussian', 'mean0': [0, 0], 'mean1': [2, 1], 'covariance0': 1, 'covariance1': [[1, .5], [.5, 2]],
                                        'sigma': 1}},
             'assert.json': {'assert': ['sw2 < 9', 'sw2/floor < 99']}}
    for name, spec in specs.items():
        with open(at(name), 'w') as f:
            json.dump(spec, f)


def readers(kind, file, folder):
    """The command lines that read `file`; the outputs are named out.*."""
    rows, other, model = (os.path.join(folder, n) for n in ('rows.h5', 'other.h5', 'model.h5'))
    few = ['--steps', '3', '-q', '-o', 'out.h5']
    tiny = ['--steps', '2', '--batch', '32', '--set', 'network.width=8', '-q', '-o', 'out.h5']
    rows_in = [['dm-noise', file, '--time', '.5', '-q', '-o', 'out.h5'], ['dm-train', file, *tiny], ['dm-plot', file, '-q', '-o', 'out.svg'],
               ['dm-data', 'info', file], ['dm-data', 'export', file, '-o', 'out.csv'], ['dm-data', 'checksum', file],
               ['dm-data', 'split', file, '--fractions', '.5,.5', '-q', '-o', 'out.h5', 'out2.h5'], ['dm-data', 'merge', rows, file, '-o', 'out.h5'],
               ['dm-eval', file, other, '--metrics', 'sw2', '--json'], ['dm-eval', rows, file, '--metrics', 'sw2,moments'],
               ['dm-ipf', file, other, '-q', '-o', 'out.h5'], ['dm-dsbm', other, file, '--set', 'method.half_iterations=1', *tiny],
               ['dm-sample', model, '--from', file, *few]]
    model_in = [['dm-sample', file, '-n', '8', *few], ['dm-plot', file, '-q', '-o', 'out.svg'], ['dm-data', 'info', file], ['dm-data', 'checksum', file],
                ['dm-eval', rows, '--model', file, '--metrics', 'nll', '--rows', '4', '--floor', 'none']]
    carrier_in = [['dm-sample', file, '--from', rows, *few], ['dm-sample', file, '--from', rows, '--direction', 'backward', *few],
                  ['dm-data', 'info', file], ['dm-data', 'checksum', file]]
    return {'dataset': rows_in, 'csv': rows_in + [['dm-data', 'import', file, '--header', 'yes', '-q', '-o', 'out.h5']],
            'npy': rows_in + [['dm-data', 'import', file, '--y', '2', '-q', '-o', 'out.h5']], 'model': model_in, 'transport': carrier_in,
            'plan': carrier_in + [['dm-ipf', file, '--emit', what, '-q', '-o', 'out.h5'] for what in ('pairs', 'matrix', 'marginal')] +
                    [['dm-ipf', rows, other, '--start', file, '-q', '-o', 'out.h5']],
            'ridge': carrier_in, 'checkpoint': [['dm-train', rows, '--steps', '3000', '--resume', '--batch', '32', '--set',
                                                 'network.width=8', '--set', 'network.layers=1', '-q', '-o', 'out.h5'],
                                                ['dm-sample', file, '-n', '8', *few], ['dm-data', 'info', file], ['dm-data', 'checksum', file]],
            'run': [['dm-noise', rows, '--spec', file, '-q', '-o', 'out.h5'], ['dm-train', rows, '--spec', file, '--steps', '2', '-q', '-o', 'out.h5'],
                    ['dm-sample', model, '--spec', file, '-n', '8', '--steps', '3', '-q', '-o', 'out.h5'], ['dm-plot', rows, '--spec', file, '-q', '-o', 'out.svg']],
            'oracle': [['dm-sample', file, '-n', '8', *few], ['dm-eval', rows, '--model', file, '--metrics', 'nll', '--rows', '4', '--floor', 'none'],
                       ['dm-ipf', rows, file, '-q', '-o', 'out.h5']],
            'bridge': [['dm-sample', file, '--from', rows, *few]],
            'assert': [['dm-eval', rows, other, '--metrics', 'sw2', '--assert-file', file]]}[kind]


KINDS = {'dataset': ('dataset.h5', 'dataset-old.h5'), 'model': ('model.h5', 'model-old.h5'), 'transport': ('transport.h5', 'transport-old.h5'),
         'plan': ('plan.h5', 'plan-old.h5'), 'ridge': ('ridge.h5', 'ridge-old.h5'), 'checkpoint': ('checkpoint.h5', 'checkpoint-old.h5'),
         'csv': ('table.csv',), 'npy': ('table.npy',), 'run': ('run.json',), 'oracle': ('oracle.json',), 'bridge': ('bridge.json',), 'assert': ('assert.json',)}
# how often each is drawn
SHARES = {'dataset': 6, 'model': 5, 'transport': 4, 'plan': 4, 'ridge': 2, 'checkpoint': 3, 'csv': 3, 'npy': 2, 'run': 3, 'oracle': 2, 'bridge': 1, 'assert': 1}


# ---- damage to bytes, of any kind of file

def damage(r, data):
    data = bytearray(data)
    edit = r.choice(['flip', 'set', 'cut', 'swap', 'zero', 'double', 'insert', 'magic'])
    near = lambda: r.randrange(min(len(data), r.choice([64, 512, 4096, len(data)])))
    if edit in ('flip', 'set', 'magic'):
        for _ in range(r.randint(1, 8)):
            i = near()
            data[i] = data[i] ^ 1 << r.randrange(8) if edit == 'flip' else r.randrange(256) if edit == 'set' else r.choice([0, 1, 127, 128, 254, 255])
    elif edit == 'cut':
        del data[near():]
    elif edit == 'swap':
        n = r.choice([8, 64, 512])
        i, j = near() // n * n, r.randrange(len(data)) // n * n
        data[i:i + n], data[j:j + n] = data[j:j + n], data[i:i + n]
    elif edit == 'zero':
        i, n = near(), r.choice([4, 8, 64, 512])
        data[i:i + n] = bytes(len(data[i:i + n]))
    elif edit == 'double':
        i, n = near(), r.choice([8, 64, 512])
        data[i:i] = data[i:i + n]
    else:
        data[near():0] = r.randbytes(r.choice([1, 8, 64]))
    return edit, bytes(data)


# ---- damage to the structure of JSON

EXTREME = [0, -1, 1, 2, 0.5, 1e308, -1e308, 1e-308, 2 ** 31, 2 ** 53, -2 ** 63, 2 ** 64, 1000, 10 ** 6, 10 ** 9, 10 ** 15, None, True, '', 'vp', '\u0000', 'x' * 5000,
           [], {}, [[]], [None], {'type': None}, {'type': 'heun'}, [1, 2], [[1, 2], [3]], [1e300, -1e300]]


def places(v):
    """Every (container, key) in a JSON value."""
    out = []
    for k, x in (v.items() if isinstance(v, dict) else enumerate(v) if isinstance(v, list) else ()):
        out.append((v, k))
        out += places(x)
    return out


def edit_json(r, v):
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        found = places(v)
        if not found:
            break
        holder, key = r.choice(found)
        edit = r.choice(['extreme', 'extreme', 'extreme', 'remove', 'wrap', 'copy', 'unknown', 'long'])
        if edit == 'extreme':
            holder[key] = r.choice(EXTREME)
        elif edit == 'remove':
            del holder[key]
        elif edit == 'wrap':
            holder[key] = [holder[key]]
        elif edit == 'copy':
            other, k = r.choice(found)
            holder[key] = json.loads(json.dumps(other[k]))
        elif edit == 'unknown' and isinstance(holder, dict):
            holder['z' + str(key)] = 1
        elif edit == 'long' and isinstance(holder[key], list):
            holder[key] = holder[key] * 50
    return v


# ---- damage to the structure of HDF5

def objects(f):
    out = []
    f.visititems(lambda name, o: out.append(name))
    return [n for n in out if not n.startswith('provenance')]


def rewrite(f, name, shape, dtype, fill=None, **how):
    attrs = dict(f[name].attrs) if isinstance(f[name], h5py.Dataset) else {}
    del f[name]
    d = f.create_dataset(name, shape=shape, dtype=dtype, **how)
    if fill is not None and d.size and d.size < 10 ** 6:
        d[...] = np.resize(fill, d.shape)
    for k, v in attrs.items():
        d.attrs[k] = v


def edit_dataset(r, f, name):
    d = f[name]
    shape, dtype, data = d.shape, d.dtype, d[()]
    edit = r.choice(['dims', 'dims', 'type', 'value', 'value', 'chunk', 'virtual', 'external', 'hole'])
    if edit == 'dims':
        wild = [(), (0,), (1,), shape[::-1], shape + (1,), shape + (2,), (0,) + shape[1:], tuple(n + 1 for n in shape), tuple(max(n - 1, 0) for n in shape),
                (1,) * 9, (1,) * 32, shape[:1], (2,) * 5, tuple(2 * n for n in shape), (3, 10 ** 5)]
        rewrite(f, name, r.choice(wild), dtype, data)
    elif edit == 'type':
        t = r.choice(['<f2', '>f8', '<f4', '<f8', '<i8', '>i4', '|u1', '?', 'S5', '<c16', h5py.string_dtype(), h5py.vlen_dtype('f8'), h5py.ref_dtype,
                      h5py.enum_dtype({'a': 1}, 'i1'), [('a', 'f8')], np.dtype('(3,)f8')])
        plain = isinstance(t, str) and t not in ('S5', '?')
        rewrite(f, name, shape, t, data if plain else None)
    elif edit == 'value' and data.size:
        flat = np.array(data).reshape(-1)
        for _ in range(r.choice([1, 1, 5, flat.size])):
            v = r.choice([np.nan, np.inf, -np.inf, 1e300, -1e300, 1e-310, 0, -1, 1e30, 2 ** 40])
            with np.errstate(all='ignore'):
                flat[r.randrange(flat.size)] = v if flat.dtype.kind == 'f' else int(v) if np.isfinite(v) and abs(v) < 2 ** 60 else -2 ** 62
        d[...] = flat.reshape(shape)
    elif edit == 'chunk' and shape:
        how = r.choice([{'compression': 'gzip'}, {'shuffle': True}, {'fletcher32': True}, {'scaleoffset': 2}, {'compression': 'lzf'}, {}])
        rewrite(f, name, shape, dtype, data, chunks=tuple(max(1, n // 2) for n in shape), **how)
    elif edit == 'virtual':
        layout = h5py.VirtualLayout(shape, dtype)
        layout[...] = h5py.VirtualSource(r.choice(['/etc/passwd', 'other.h5', '.']), 'x', shape)
        del f[name]
        f.create_virtual_dataset(name, layout)
    elif edit == 'external':
        rewrite(f, name, shape or (1,), dtype, external=[('/etc/passwd', 0, h5py.h5f.UNLIMITED)])
    elif edit == 'hole':
        rewrite(f, name, r.choice([(10 ** 12,), (10 ** 6, 10 ** 6), (2 ** 40, 2), (2 ** 31, 2 ** 31), (2 ** 62, 4)]), dtype, chunks=True)
    return edit


def edit_attribute(r, f):
    holders = [(o, k) for o in [f] + [f[n] for n in objects(f) if f.get(n, getlink=False) is not None] for k in o.attrs]
    o, k = r.choice(holders)
    spec = k in ('spec', 'state') and isinstance(o.attrs[k], str)
    edit = r.choice(['json'] * 9 + ['bytes'] if spec else ['remove', 'value'])
    if edit == 'json':
        o.attrs[k] = json.dumps(edit_json(r, json.loads(o.attrs[k])))
    elif edit == 'bytes':
        o.attrs[k] = damage(r, o.attrs[k].encode())[1].decode(errors='ignore').replace('\0', '')
    elif edit == 'remove':
        del o.attrs[k]
    else:
        v = r.choice([0, -1, 10 ** 15, float('nan'), float('inf'), 1e300, 'dm-plan', '', 'x' * 70000, np.zeros(0), np.zeros((2, 2)), np.arange(5), b'\xff\xfe',
                      ['a', 'b'], h5py.Empty('f8'), np.zeros(3, 'S3'), True, 1 + 2j])
        try:
            o.attrs[k] = v
        except Exception:  # too large to be an attribute of the old format
            del o.attrs[k]
    return 'attribute ' + edit


def edit_link(r, f):
    name = r.choice(objects(f))
    edit = r.choice(['remove', 'group', 'loop', 'external', 'cycle', 'swap', 'rename', 'extra', 'alias'])
    if edit == 'extra':
        f.create_dataset(r.choice(['t', 'y', 'weights', 'log_weights', 'index', 'obs', 'energy', 'names', 'extra']), data=np.resize(np.arange(5.), r.choice([5, 64, 128])))
        return 'link extra'
    if edit == 'swap':
        other = r.choice([n for n in objects(f) if not n.startswith(name) and not name.startswith(n)] or [name])
        if other != name:
            f.move(name, '_'), f.move(other, name), f.move('_', other)
        return 'link swap'
    old = f[name]
    del f[name]
    if edit == 'group':
        f.create_group(name)
    elif edit == 'loop':
        f[name] = h5py.SoftLink('/' + name)
    elif edit == 'external':
        f[name] = h5py.ExternalLink('/etc/passwd', '/x')
    elif edit == 'cycle':
        f[name] = f['/']
    elif edit == 'rename':
        f[name + 'z'] = old
    elif edit == 'alias':
        f[name] = f[r.choice(objects(f))] if objects(f) else f['/']
    return 'link ' + edit


def edit_h5(r, path):
    with h5py.File(path, 'r+') as f:
        what = r.choice(['dataset', 'dataset', 'attribute', 'attribute', 'link'])
        datasets = [n for n in objects(f) if isinstance(f[n], h5py.Dataset)]
        if what == 'dataset' and datasets:
            return edit_dataset(r, f, r.choice(datasets))
        return edit_attribute(r, f) if what == 'attribute' else edit_link(r, f)


def edit_npy(r, data):
    length = struct.unpack('<H', data[8:10])[0]
    header = {'descr': r.choice(['<f8', '<f4', '>f8', '<i8', '|O', '<c16', '|S5', [('a', '<f8')]]), 'fortran_order': r.choice([True, False, None, 1]),
              'shape': r.choice([(64, 2), (128,), (0, 2), (2 ** 40, 2 ** 40), (10 ** 12, 1), (-1, 2), (), (4, 4, 8), (64, 2, 1), 64, (2 ** 63, 2)])}
    for key in list(header):
        if r.random() < .1:
            del header[key]
    text = repr(header).encode() + b'\n'
    return data[:6] + bytes([r.choice([1, 1, 1, 2, 3, 9]), 0]) + struct.pack('<H', r.choice([len(text), len(text), length, 65535])) + text + data[10 + length:]


def edit_csv(r, data):
    lines = data.decode().split('\n')
    for _ in range(r.randint(1, 3)):
        i = r.randrange(len(lines))
        lines[i] = r.choice(['', ',', 'nan,inf', '1e999,0', '1e308,-1e308', '"', '"a""b",2', lines[i] + ',3', '010,1', '#', '\ufeff' + lines[i], 'x' * 100000, '1;2', '-,-',
                             '0x10,1', '1,2\r', ' 1 , 2 ', '\udcff,1', '1,' * 5000, '1e-400,1', '+1,2'])
    return '\n'.join(lines[:r.choice([1, 2, len(lines)])]).encode(errors='surrogateescape')


def mutant(seed, k, folder):
    """Writes mutant k to the current folder; its kind, what was done, its name."""
    r = random.Random(f'{seed}/{k}')
    kind = r.choices(list(SHARES), list(SHARES.values()))[0]
    source = os.path.join(folder, r.choice(KINDS[kind]))
    suffix = os.path.splitext(source)[1]
    file = 'out.h5.checkpoint' if kind == 'checkpoint' else 'mutant' + suffix
    shutil.copyfile(source, file)
    deep = r.random() < .6
    if deep and suffix == '.h5':
        done = None
        while not done:
            try:
                done = edit_h5(r, file)
            except (ValueError, TypeError, KeyError, OSError, RuntimeError):  # h5py does not write what was drawn: another draw
                shutil.copyfile(source, file)
    else:
        data = open(source, 'rb').read()
        if not deep:
            done, data = damage(r, data)
        elif suffix == '.json':
            done, data = 'json', json.dumps(edit_json(r, json.loads(data))).encode()
        else:
            done, data = ('csv', edit_csv(r, data)) if suffix == '.csv' else ('npy', edit_npy(r, data))
        open(file, 'wb').write(data)
    words = r.choice(readers(kind, file, folder))
    return kind, done, file, words


def one(seed, k, folder, wall, keep):
    here = os.path.abspath(f'mutant-{k}')
    os.mkdir(here)
    os.chdir(here)
    try:
        kind, done, file, words = mutant(seed, k, folder)
        if keep:
            shutil.copy(file, keep)
        code, *rest = result = run(words, wall)
        if rest[2] > wall and rest[3] < wall / 2:  # the machine stood still: a command that does so itself does it again
            code, *rest = result = run(words, wall)
        said, printed, seconds, cpu, memory = rest
        wrong = complaint(*result, words, file, wall)
        if not wrong and code and [n for n in os.listdir('.') if n.startswith(('out', '.')) and n != file]:
            wrong = 'something was left behind'
        return k, kind, done, ' '.join(words), code, wrong, said, seconds, memory
    finally:
        os.chdir('..')
        shutil.rmtree(here, ignore_errors=True)


def mutants(o):
    folder = os.path.abspath('originals')
    os.mkdir(folder)
    originals(folder)
    codes, kinds, failed, slowest, largest = collections.Counter(), collections.Counter(), 0, 0, 0
    with concurrent.futures.ProcessPoolExecutor(o.jobs) as pool:
        for job in [pool.submit(one, o.seed, k, folder, o.wall, o.keep) for k in range(o.first, o.first + o.count)]:
            k, kind, done, words, code, wrong, said, seconds, memory = job.result()
            codes[code] += 1
            kinds[kind] += 1
            slowest, largest = max(slowest, seconds), max(largest, memory)
            if wrong or o.verbose:
                print(f'{k}\t{kind}\t{done}\t{words}\t{code}: {wrong} ({seconds:.1f} s, {memory >> 20} MiB)\n    ' + '\n    '.join(said.splitlines()[:6]), flush=True)
            failed += wrong is not None
    # kinds of file, statuses, the longest run and the largest memory
    print(f'mutants\t{o.count}\t{failed}\t' + ' '.join(f'{n} {kinds[n]}' for n in SHARES) + '\t' + ' '.join(f'{c}:{codes[c]}' for c in sorted(codes)) +
          f'\t{slowest:.2f}\t{largest >> 20}')
    return failed


# ---- bombs: small files that ask for much, refused in under a second of CPU and 200 MiB

def encoded(path, kind='dm-dataset', **how):
    f = h5py.File(path, 'w', **how)
    if kind:
        f.attrs['encoding-type'], f.attrs['encoding-version'] = kind, '1.0'
    return f


def bomb_files():
    """name -> what is in it; the files are written."""
    def x(name, *a, **k):
        with encoded(name) as f:
            f.create_dataset('x', *a, **k)
    x('product.h5', (2 ** 40, 2 ** 40), chunks=(64, 64), dtype='f8')
    x('terabyte.h5', (10 ** 9, 125), chunks=(100, 125), dtype='f8', compression='gzip')
    with h5py.File('terabyte.h5', 'r+') as f:
        f['x'][:100] = 1
    x('chunk.h5', (10, 10), maxshape=(None, None), chunks=(30000, 10000), dtype='f8')
    x('wide.h5', (1, 2 ** 40), chunks=(1, 1024), dtype='f8')
    x('strings.h5', (3, 2), dtype=h5py.string_dtype())
    x('ragged.h5', (3, 2), dtype=h5py.vlen_dtype('f8'))
    x('rank.h5', (1,) * 32, dtype='f8')
    with encoded('external.h5') as f:
        f['x'] = h5py.ExternalLink('/dev/zero', '/x')
    with encoded('loop.h5') as f:
        f['x'], f['y'] = h5py.SoftLink('/y'), h5py.SoftLink('/x')
    for name, kind in (('cycle.h5', None), ('cycle-dataset.h5', 'dm-dataset')):
        with encoded(name, kind) as f:
            f['a'] = f['/']
            f['b'] = f['/']
    for name, kind in (('links.h5', None), ('links-dataset.h5', 'dm-dataset')):
        with encoded(name, kind, libver='latest') as f:
            for i in range(100100):
                f.id.links.create_soft(b'%d' % i, b'/nowhere')
    with encoded('nested.h5', None) as f:
        g = f
        for _ in range(3000):
            g = g.create_group('g')
    with encoded('names.h5', libver='latest') as f:
        f['x'] = np.zeros((3, 2))
        f['x'].attrs['names'] = np.zeros(200000, 'S1')
    deep = 10 ** 6
    with open('deep.json', 'w') as f:
        f.write('[' * deep)
    with open('deeper.json', 'w') as f:
        f.write('{"density": ' + '{"a":' * deep + '1' + '}' * deep + '}')
    with encoded('deep-model.h5', 'dm-model', libver='latest') as f:
        f.attrs['spec'] = '[' * deep
    for name in ('large.json', 'large.csv'):
        with open(name, 'w') as f:
            f.write('{"density": ' if name == 'large.json' else '1,2\n')
            f.truncate(4 << 30)
    with open('spaces.json', 'w') as f:
        f.write('{' + ' ' * (20 << 20) + '}')
    with open('commas.csv', 'w') as f:
        f.write(',' * (10 << 20))
    with open('line.csv', 'w') as f:
        f.write('1' * (10 << 20))
    with open('shape.npy', 'wb') as f:
        np.lib.format.write_array_header_1_0(f, {'descr': '<f8', 'fortran_order': False, 'shape': (10 ** 12, 2)})


def bombs(o):
    folder = os.path.abspath('originals')
    os.mkdir(folder)
    originals(folder)
    bomb_files()
    for name, key, value in (('huge-model.h5', 'width', 8192), ('deep-net.h5', 'layers', 64), ('dimension.h5', None, 2 ** 24)):
        shutil.copyfile(os.path.join(folder, 'model.h5'), name)
        with h5py.File(name, 'r+') as f:
            spec = json.loads(f.attrs['spec'])
            if key:
                spec['dm-train']['network'][key] = value
                spec['dm-train']['network']['width'] = 8192
            else:
                spec['dimension'] = value
            f.attrs['spec'] = json.dumps(spec)
    rows = os.path.join(folder, 'rows.h5')
    lines = []
    for file in ('product', 'terabyte', 'chunk', 'wide', 'strings', 'ragged', 'rank', 'external', 'loop', 'cycle', 'cycle-dataset', 'links', 'links-dataset', 'nested', 'names'):
        lines.append(['dm-noise', file + '.h5', '--time', '.5', '-o', 'out.h5'])
    for file in ('cycle', 'cycle-dataset', 'links', 'links-dataset', 'nested', 'product', 'terabyte', 'chunk', 'rank'):
        lines.append(['dm-data', 'checksum', file + '.h5'])
    for file in ('product.h5:/x', 'chunk.h5:/x', 'strings.h5:/x', 'cycle.h5:/a/a/a/a', 'nested.h5:/' + 'g/' * 2000 + 'g', 'links.h5:/1', 'links.h5:/'):
        lines.append(['dm-data', 'info', file])
    for file in ('deep.json', 'deeper.json', 'large.json', 'spaces.json', 'deep-model.h5', 'huge-model.h5', 'deep-net.h5', 'dimension.h5', 'cycle.h5', 'links.h5'):
        lines.append(['dm-sample', file, '-n', '4', '-o', 'out.h5'])
    for file in ('deep.json', 'deeper.json', 'large.json', 'spaces.json'):
        lines.append(['dm-noise', rows, '--spec', file, '-o', 'out.h5'])
        lines.append(['dm-eval', rows, rows, '--metrics', 'sw2', '--assert-file', file])
    for file in ('commas.csv', 'line.csv', 'large.csv', 'shape.npy'):
        lines.append(['dm-noise', file, '--time', '.5', '-o', 'out.h5'])
    failed, slowest, largest = 0, 0, 0
    for words in lines:
        file = next(w for w in words if os.path.exists(w.partition(':')[0]) and not w.startswith(folder)).partition(':')[0]
        result = run(words, o.wall)
        wrong = complaint(*result, words, file, o.wall, most_memory=200 << 20, most_cpu=1)
        if not wrong and result[0] == 0:
            wrong = 'was taken'
        if not wrong and [n for n in os.listdir('.') if n.startswith(('out', '.'))]:
            wrong = 'an output was left behind'
        slowest, largest = max(slowest, result[4]), max(largest, result[5])
        if wrong or o.verbose:
            print(f'{" ".join(words)[:100]}\t{result[0]}: {wrong} ({result[4]:.2f} s, {result[5] >> 20} MiB)\n    ' + result[1][:300], flush=True)
        failed += wrong is not None
    print(f'bombs\t{len(lines)}\t{failed}\t\t\t{slowest:.2f}\t{largest >> 20}')
    return failed


def main():
    p = argparse.ArgumentParser()
    p.add_argument('what', choices=['mutants', 'bombs'])
    p.add_argument('--seed', default='1')
    p.add_argument('--first', type=int, default=0)
    p.add_argument('--count', type=int, default=60)
    p.add_argument('--jobs', type=int, default=2)
    p.add_argument('--wall', type=float, default=10)
    p.add_argument('--keep')
    p.add_argument('--verbose', action='store_true')
    o = p.parse_args()
    if o.keep:
        o.keep = os.path.abspath(o.keep)
    sys.exit(1 if {'mutants': mutants, 'bombs': bombs}[o.what](o) else 0)


if __name__ == '__main__':
    main()
