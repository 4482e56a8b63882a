import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import {
  Choice,
  Condition,
  Fail,
  type INextable,
  JsonPath,
  Pass,
  type State,
  StateMachineFragment,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoGetItem, DynamoProjectionExpression } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { tombstoneTable } from '../../../functions/stores/dynamodb/tombstone-table.ts';

/** In these states a deletion has not begun or was undone, so processing goes on. */
const STILL_WRITABLE = ['none', 'pending', 'cancelled'];

/** Where the run's data holds the tombstone for the choice state. */
const FENCE = '$.fence';

export type DeletionFenceProps = {
  /** The table of tombstones. The state machine's role may only read single items of it. */
  tombstones: ITable;
  /** Where the run's data holds the id of the video. Default `$.videoId`. */
  videoIdPath?: string;
  /**
   * How a run of a deleted video ends. `fail`: with the error `VideoDeleted`; unless the error is caught, this also
   * ends the whole run from within a Map or Parallel state. `succeed`: without an error; in a Map or Parallel state
   * this ends only the branch. Default `fail`.
   */
  onDeleted?: 'fail' | 'succeed';
};

/**
 * Put this before every state that writes data of a video: the run goes on only while the video may be written. It adds
 * `fence` to the data of the run and changes nothing else. It reads the tombstone consistently and without a Lambda
 * function. When the tombstone cannot be read, the run fails and does not write.
 *
 * A stopped run that is redriven first repeats the state in which it was stopped, and only then meets the next fence.
 * Keep writing states short; the deletion's verification finds and deletes what such a state writes late.
 */
export class DeletionFence extends StateMachineFragment {
  readonly startState: State;
  readonly endStates: INextable[];

  constructor(scope: Construct, id: string, props: DeletionFenceProps) {
    super(scope, id);
    const goOn = new Pass(this, 'GoOn', { stateName: `${id}: go on` });
    const read = this.readTombstone(id, props);
    read.next(
      new Choice(this, 'MayBeWritten', { stateName: `${id}: may be written?` })
        .when(Condition.not(Condition.isPresent(`${FENCE}.Item`)), goOn)
        .when(isWritable(`${FENCE}.Item.state.S`), goOn)
        .when(isHeldWhileWritable(), goOn)
        .otherwise(this.end(id, props.onDeleted ?? 'fail')),
    );
    this.startState = read;
    this.endStates = [goOn];
  }

  private readTombstone(id: string, { tombstones, videoIdPath = '$.videoId' }: DeletionFenceProps): DynamoGetItem {
    const videoId = DynamoAttributeValue.fromString(JsonPath.stringAt(videoIdPath));
    const read = new DynamoGetItem(this, 'Read', {
      stateName: `${id}: read the tombstone`,
      table: tombstones,
      key: { [tombstoneTable.partitionKey.name]: videoId },
      consistentRead: true,
      // `state` and `from` are reserved words of DynamoDB.
      projectionExpression: [
        new DynamoProjectionExpression().withAttribute('#state'),
        // Only where the hold leads back to. Who holds it, and why, is not for the platform's history of runs.
        new DynamoProjectionExpression().withAttribute('held').withAttribute('#from'),
      ],
      expressionAttributeNames: { '#state': 'state', '#from': 'from' },
      resultPath: FENCE,
    });
    read.addRetry({ interval: Duration.seconds(1), maxAttempts: 6, backoffRate: 2 });
    return read;
  }

  private end(id: string, onDeleted: 'fail' | 'succeed'): State {
    const stateName = `${id}: video deleted`;
    if (onDeleted === 'succeed') return new Succeed(this, 'VideoDeleted', { stateName });
    return new Fail(this, 'VideoDeleted', { stateName, error: 'VideoDeleted', cause: 'The video is being deleted' });
  }
}

function isWritable(path: string): Condition {
  return Condition.or(...STILL_WRITABLE.map((state) => Condition.stringEquals(path, state)));
}

/** For a held deletion, the state before the hold decides: once it was `running`, nothing may be written again. */
function isHeldWhileWritable(): Condition {
  const heldFrom = `${FENCE}.Item.held.M.from.S`;
  const isHeld = Condition.stringEquals(`${FENCE}.Item.state.S`, 'held');
  return Condition.and(isHeld, Condition.isPresent(heldFrom), isWritable(heldFrom));
}
