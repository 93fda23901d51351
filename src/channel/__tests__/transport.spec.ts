import { KernelChannel } from '../transport';
import { FakeSession, wire } from './fakes';

jest.useFakeTimers();

/** Let timers and promises run for some milliseconds. */
async function wait(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

const channels: KernelChannel[] = [];

function opened(session: FakeSession): KernelChannel {
  const channel = new KernelChannel(session.context);
  channels.push(channel);
  return channel;
}

afterEach(() => channels.splice(0).forEach(channel => channel.dispose()));

describe('KernelChannel', () => {
  it('asks nothing before somebody looks', async () => {
    const session = new FakeSession();
    const channel = opened(session);
    session.status('idle');
    await wait(20000);
    expect(session.asked).toEqual([]);
    expect(channel.isKnown).toBe(false);
  });

  it('probes an idle kernel once, then asks for its state', async () => {
    const session = new FakeSession();
    const channel = opened(session);
    channel.look();
    channel.look();
    await wait(100);
    channel.look();
    await wait(5000);
    expect(session.asked).toEqual(['probe', 'snapshot']);
    expect(channel.snapshot?.state).toBe('ready');
    expect(channel.probe?.environment).toBe('torch');
  });

  it('asks again where its question is lost, but not for ever', async () => {
    const session = new FakeSession();
    session.lost = 1;
    const channel = opened(session);
    channel.look();
    await wait(10000);
    expect(session.asked).toEqual(['probe', 'probe', 'snapshot']);
    expect(channel.snapshot?.state).toBe('ready');

    const deaf = new FakeSession();
    deaf.lost = Infinity;
    const other = opened(deaf);
    other.look();
    await wait(60000);
    expect(deaf.asked).toEqual(['probe', 'probe', 'probe']);
    expect(other.isKnown).toBe(true);
  });

  it('waits for a kernel that is at work', async () => {
    const session = new FakeSession();
    session.lost = 1;
    const channel = opened(session);
    channel.look();
    session.status('busy');
    await wait(60000);
    expect(session.asked.filter(want => want === 'probe')).toEqual(['probe']);
  });

  it('asks a kernel without the package nothing more', async () => {
    const session = new FakeSession();
    session.probe = { installed: false, loaded: false, environment: 'base' };
    const channel = opened(session);
    channel.look();
    await wait(5000);
    expect(session.asked).toEqual(['probe']);
    expect(channel.isKnown).toBe(true);
    expect(channel.probe?.installed).toBe(false);
  });

  it('looks again for a missing package when the panel is seen again', async () => {
    const session = new FakeSession();
    session.probe = { installed: false, loaded: false };
    const channel = opened(session);
    channel.look();
    await wait(100);
    channel.rest();
    session.probe = { installed: true, loaded: false };
    channel.look();
    await wait(100);
    expect(channel.probe?.installed).toBe(true);
  });

  it('never probes a kernel of another language', async () => {
    const session = new FakeSession('R');
    const channel = opened(session);
    channel.look();
    await wait(5000);
    expect(session.asked).toEqual([]);
    expect(channel.probe).toBeNull();
  });

  it('does not ask a busy kernel that pushes by itself', async () => {
    const session = new FakeSession();
    const channel = opened(session);
    session.status('busy');
    channel.look();
    await wait(200);
    session.push(wire({ running: true, state: 'working' }));
    await wait(20000);
    expect(session.asked).toEqual([]);
    expect(channel.snapshot?.running).toBe(true);
  });

  it('asks a silent busy kernel on the control channel only, and once', async () => {
    const session = new FakeSession();
    session.behaviour = 'ignores';
    const channel = opened(session);
    session.status('busy');
    for (let i = 0; i < 10; i++) {
      channel.look();
      await wait(1000);
    }
    expect(session.asked).toEqual(['snapshot']);
    expect(channel.isKnown).toBe(false);
    session.status('idle');
    channel.look();
    await wait(100);
    expect(session.asked).toEqual(['snapshot', 'probe', 'snapshot']);
  });

  it('keeps the newest snapshot of a boot, whatever the order', () => {
    const session = new FakeSession();
    const channel = opened(session);
    session.push(wire({ seq: 5, done: 5 }));
    session.push(wire({ seq: 4, done: 4 }));
    session.push(wire({ seq: 5, done: 6 }));
    expect(channel.snapshot?.done).toBe(5);
  });

  it('never goes back to a boot that is over', () => {
    const session = new FakeSession();
    const channel = opened(session);
    session.push(wire({ boot: 'b1', seq: 9 }));
    session.push(wire({ boot: 'b2', seq: 1 }));
    session.push(wire({ boot: 'b1', seq: 10 }));
    expect(channel.snapshot?.boot).toBe('b2');
  });

  it.each(['restarting', 'autorestarting', 'starting', 'dead'] as const)(
    'forgets what was ready when the kernel is %s',
    status => {
      const session = new FakeSession();
      const channel = opened(session);
      session.push(wire());
      session.status(status);
      expect(channel.snapshot).toBeNull();
      session.push(wire({ seq: 2 }));
      expect(channel.snapshot).toBeNull();
    }
  );

  it('forgets everything when another kernel is chosen', () => {
    const session = new FakeSession();
    const channel = opened(session);
    session.push(wire());
    session.kernelChanged.emit(undefined);
    expect(channel.snapshot).toBeNull();
    expect(channel.probe).toBeNull();
  });

  it('finds out on return that another page restarted the kernel', async () => {
    const session = new FakeSession();
    const channel = opened(session);
    channel.look();
    await wait(100);
    session.behaviour = 'ignores';
    window.dispatchEvent(new Event('focus'));
    await wait(1000);
    expect(channel.snapshot).toBeNull();
  });

  it('finds out when connected again that the kernel is a new one', async () => {
    const session = new FakeSession();
    const channel = opened(session);
    session.connectionStatusChanged.emit('connected');
    await wait(1000);
    expect(session.asked).toEqual([]);
    session.push(wire());
    session.behaviour = 'ignores';
    session.connectionStatusChanged.emit('connected');
    await wait(1000);
    expect(session.asked).toEqual(['snapshot']);
    expect(channel.snapshot).toBeNull();
  });

  it('keeps what was said when the kernel is only slow', async () => {
    const session = new FakeSession();
    const channel = opened(session);
    channel.look();
    await wait(100);
    session.behaviour = 'hangs';
    window.dispatchEvent(new Event('focus'));
    await wait(20000);
    expect(channel.snapshot).not.toBeNull();
  });

  it.each([
    ['another comm', wire(), 'other'],
    ['no snapshot', { version: 1 }, undefined],
    ['another version', wire({ version: 2 }), undefined],
    ['a state that is none', wire({ state: 'great' }), undefined]
  ])('does not listen to %s', (_, data, id) => {
    const session = new FakeSession();
    const channel = opened(session);
    session.push(data, id);
    expect(channel.snapshot).toBeNull();
  });

  it('hears nothing after it was disposed', () => {
    const session = new FakeSession();
    const channel = opened(session);
    const heard = jest.fn();
    channel.changed.connect(heard);
    channel.dispose();
    session.push(wire());
    session.status('idle');
    window.dispatchEvent(new Event('focus'));
    expect(heard).not.toHaveBeenCalled();
    expect(session.asked).toEqual([]);
  });
});
