using System.Globalization;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Tests.Kills;

/// <summary>Writes to a store without end, and notes what is acknowledged. What a message says follows from its id.</summary>
internal sealed class Writing(ConversationStore store, Acknowledgements acknowledgements, int round)
{
    public static readonly StoreCaller Caller = new("extension");

    private readonly Random _random = new(round);

    public static string TextOf(string id)
    {
        var random = new Random(id.Aggregate(17, (hash, letter) => (hash * 31) + letter));
        var length = random.Next(10) == 0 ? random.Next(200_000) : random.Next(3_000);
        return string.Concat(id, ":", string.Create(length, random, static (span, random) =>
        {
            for (var at = 0; at < span.Length; at++)
            {
                span[at] = (char)('a' + random.Next(26));
            }
        }));
    }

    /// <summary>Adds messages to conversations, and deletes some of these.</summary>
    public void Add()
    {
        for (var number = 0; ; number++)
        {
            var conversation = string.Create(CultureInfo.InvariantCulture, $"r{round}c{number / 12}");
            if (number % 12 == 0)
            {
                store.Conversations.Create(Caller, new NewConversation { Id = conversation });
            }

            var id = string.Create(CultureInfo.InvariantCulture, $"{conversation}/m{number}");
            store.Messages.Add(Caller, conversation, [new NewMessage("user") { Id = id, Content = TextOf(id) }]);
            acknowledgements.Tell(AcknowledgedKind.Added, id);
            if (number % 12 == 11 && _random.Next(3) == 0)
            {
                acknowledgements.Tell(AcknowledgedKind.Deleting, conversation);
                store.Conversations.Delete(Caller, conversation);
                acknowledgements.Tell(AcknowledgedKind.Deleted, conversation);
            }
        }
    }

    /// <summary>Writes one message after the other as it comes.</summary>
    public void Stream()
    {
        var conversation = string.Create(CultureInfo.InvariantCulture, $"r{round}stream");
        store.Conversations.Create(Caller, new NewConversation { Id = conversation });
        for (var number = 0; ; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{conversation}/s{number}");
            var text = TextOf(id);
            using var growing = store.Messages.Begin(Caller, conversation, new NewMessage("assistant") { Id = id });
            acknowledgements.Tell(AcknowledgedKind.Begun, id);
            for (var at = 0; at < text.Length; at += 1_000)
            {
                growing.Append(text.AsSpan(at, Math.Min(1_000, text.Length - at)));
                Thread.Yield();
            }

            growing.End(new MessageEnding());
            acknowledgements.Tell(AcknowledgedKind.Ended, id);
        }
    }
}
