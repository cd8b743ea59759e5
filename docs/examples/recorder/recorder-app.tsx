import { useRef, useState } from 'react';
import { Button, PermissionsAndroid, Platform, SafeAreaView, ScrollView, Text, TextInput } from 'react-native';
import { BleManager } from 'react-native-ble-plx';
import { type PoseLabel, postRecording, recordPose } from './recorder';

/** One screen around `recorder.ts`: where to send, what pose it is, and two seconds of holding still. */

const POSE_MS = 2000;
const places: readonly PoseLabel['place'][] = ['at-desk', 'earshot', 'out-of-earshot'];
const carriages = ['lying', 'hand', 'pocket', 'turned'] as const;

const fields = {
  address: 'address on the computer’s screen, such as 192.168.1.20:8765',
  code: 'its six digits',
  desk: 'desk that is calibrated',
  at: 'desk you stand at, if it is another',
  walker: 'who walks',
  phone: 'which phone',
  floor: 'which floor',
} as const;
type Field = keyof typeof fields;

export function RecorderApp() {
  const manager = useRef<BleManager | null>(null);
  const [form, setForm] = useState<Readonly<Record<Field, string>>>({
    address: '',
    code: '',
    desk: '',
    at: '',
    walker: '',
    phone: '',
    floor: '',
  });
  const [place, setPlace] = useState<PoseLabel['place']>('at-desk');
  const [carriage, setCarriage] = useState<string>('lying');
  const [taken, setTaken] = useState<readonly string[]>([]);
  const [said, setSaid] = useState('');
  const [isRecording, setRecording] = useState(false);

  async function record(): Promise<void> {
    const { address, code, at, desk, walker, phone, floor } = form;
    const pose = `${place} ${carriage} ${taken.length + 1}`;
    setRecording(true);
    setSaid('hold still …');
    try {
      if (!(await mayScan())) throw new Error('the phone may not scan: allow it in the settings');
      manager.current ??= new BleManager();
      const label = { pose, place, desk, carriage, walker, phone, floor, ...(at === '' ? {} : { at }) };
      const clock = { monotonicMs: () => performance.now(), unixMs: () => Date.now() };
      const recording = recordPose(manager.current, clock, label);
      await new Promise((resolve) => setTimeout(resolve, POSE_MS));
      setTaken([...taken, ...(await postRecording(address.trim(), code.trim(), recording.stop()))]);
      setSaid(`${pose}: taken`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    } finally {
      setRecording(false);
    }
  }

  return (
    <SafeAreaView>
      <ScrollView keyboardShouldPersistTaps="handled">
        {(Object.keys(fields) as Field[]).map((name) => (
          <TextInput
            key={name}
            accessibilityLabel={fields[name]}
            placeholder={fields[name]}
            keyboardType={name === 'code' ? 'number-pad' : 'default'}
            autoCapitalize="none"
            value={form[name]}
            onChangeText={(text) => setForm({ ...form, [name]: text })}
          />
        ))}
        <Choice of={places} chosen={place} choose={setPlace} />
        <Choice of={carriages} chosen={carriage} choose={setCarriage} />
        <Button title={isRecording ? 'hold still …' : 'Record this pose'} disabled={isRecording} onPress={record} />
        <Text accessibilityLiveRegion="polite">{said}</Text>
        <Text>{taken.length === 0 ? 'No pose yet.' : `Taken: ${taken.join(', ')}`}</Text>
      </ScrollView>
    </SafeAreaView>
  );
}

function Choice<T extends string>({
  of,
  chosen,
  choose,
}: {
  readonly of: readonly T[];
  readonly chosen: string;
  readonly choose: (one: T) => void;
}) {
  return of.map((one) => <Button key={one} title={one === chosen ? `✓ ${one}` : one} onPress={() => choose(one)} />);
}

/** With `neverForLocation` Android would ask for no location, and drop the very frames that a walk is about. */
async function mayScan(): Promise<boolean> {
  if (Platform.OS !== 'android') return true;
  const { PERMISSIONS, RESULTS } = PermissionsAndroid;
  const wanted =
    Number(Platform.Version) >= 31
      ? [PERMISSIONS.BLUETOOTH_SCAN, PERMISSIONS.BLUETOOTH_CONNECT, PERMISSIONS.ACCESS_FINE_LOCATION]
      : [PERMISSIONS.ACCESS_FINE_LOCATION];
  const answers = await PermissionsAndroid.requestMultiple(wanted);
  return wanted.every((one) => answers[one] === RESULTS.GRANTED);
}
