import { useEffect, useState } from 'react';
import { FlatList, Switch, Text, View } from 'react-native';
import { type NotedReason, type ReasonLog, sentenceOf } from './reason-log';

/** “Why did it ring?”: a switch, off at first, and the last twenty reasons in words. */
export function Why({ log }: { readonly log: ReasonLog }) {
  const [isOn, setOn] = useState(false);
  const [list, setList] = useState<readonly NotedReason[]>([]);

  async function show(): Promise<void> {
    setOn(await log.isOn());
    setList(await log.list());
  }
  useEffect(() => {
    void show();
  }, [log]);

  return (
    <View>
      <Text>Remember why the last 20 calls rang or stayed quiet. Only the reason is kept, only on this phone.</Text>
      <Switch
        accessibilityLabel="Remember the reasons of the last 20 calls"
        value={isOn}
        onValueChange={(wanted) => void log.switchTo(wanted).then(show)}
      />
      {isOn && (
        <FlatList
          data={list}
          keyExtractor={(_, place) => String(place)}
          ListEmptyComponent={<Text>No call yet.</Text>}
          renderItem={({ item }) => <Text>{sentenceOf(item)}</Text>}
        />
      )}
    </View>
  );
}
