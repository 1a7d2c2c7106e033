using System.Text;

namespace NativeHost.EndToEnd.Tests.Faults;

/// <summary>What a client has of one stream, however many ports brought it.</summary>
/// <param name="brokerEnds">How often the broker had been ended when it was asked for.</param>
internal sealed class ReceivedStream(FaultTally tally, string about, int brokerEnds)
{
    private readonly StringBuilder _text = new();

    public string About => about;

    public int BrokerEnds => brokerEnds;

    /// <summary>Its name; null before its first event.</summary>
    public string? Id { get; set; }

    public long LastSeq { get; private set; }

    public string Text => _text.ToString();

    /// <summary>Takes an event: the next one, or the tally has it.</summary>
    public void Take(JsonObject update)
    {
        var payload = update["payload"]!;
        var id = payload["streamId"]!.ToString();
        var seq = payload["seq"]!.GetValue<long>();
        if (Id is not null && Id != id)
        {
            tally.Wrong($"Events of stream {id} came instead of those of {Id}.");
        }

        Id = id;
        if (seq <= LastSeq)
        {
            tally.Doubled($"Event {seq} came again after {LastSeq}.");
            return;
        }

        if (seq != LastSeq + 1)
        {
            tally.Lost(seq - LastSeq - 1, $"Event {seq} came after {LastSeq}.");
        }

        LastSeq = seq;
        _text.Append(payload["token"]?.ToString());
    }

    /// <summary>Holds it against an answer that nothing interrupted.</summary>
    public void Complete(JsonObject final, string reference)
    {
        var payload = final["payload"]!;
        if (Text != reference || payload["output"]!.ToString() != reference)
        {
            tally.Lost(1, $"The story about {about} is {Text.Length} characters, its final frame has {payload["output"]!.ToString().Length}, and {reference.Length} are right.");
        }

        tally.Completed(payload["numTokens"]!.GetValue<int>());
    }
}
