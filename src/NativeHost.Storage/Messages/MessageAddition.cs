using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>Puts a new message into a conversation, in a transaction.</summary>
internal static class MessageAddition
{
    public static void Check(NewMessage message)
    {
        if (message.Id is { } id)
        {
            Checks.Id(id, "A message's id");
        }

        if (message.Created is { } created)
        {
            Checks.Time(created);
        }

        Checks.Word(message.Role, "A role");
        Checks.Word(message.Model, "A model");
        Checks.Word(message.StopReason, "A stop reason");
        Checks.Text(message.Content);
        Checks.Text(message.Reasoning);
        Checks.Json(message.SettingsJson, "The settings");
        Checks.Json(message.TimingsJson, "The timings");
        Checks.Json(message.AttachmentsJson, "The attachments");
        Checks.Json(message.MetadataJson, "The metadata");
    }

    /// <summary>Adds it behind its parent, and shows the branch that it ends. The conversation's row is stored by the caller.</summary>
    /// <exception cref="StorageException">The id is taken, or the parent is not in the conversation.</exception>
    public static MessageRow Add(Tables tables, ConversationRow conversation, NewMessage message, MessageStatus status, long now)
    {
        var id = message.Id ?? $"msg_{Guid.NewGuid():N}";
        if (message.Id is not null && MessageTable.FindAny(tables, conversation.Origin, id) is not null)
        {
            throw new StorageException(StorageFault.Conflict, $"There is a message {ConversationTable.Shown(id)} already.");
        }

        var sequence = tables.NextSequence();
        var row = MessageRow.New(conversation.Origin, id, conversation.Id, conversation.Number, sequence);
        row.Parent = ParentOf(tables, conversation, message.ParentId);
        row.Role = message.Role;
        row.Created = message.Created?.ToUnixTimeMilliseconds() ?? now;
        row.Status = status;
        row.Model = message.Model;
        row.Settings = message.SettingsJson;
        row.PromptTokens = message.PromptTokens;
        row.OutputTokens = message.OutputTokens;
        row.Timings = message.TimingsJson;
        row.StopReason = message.StopReason;
        row.Attachments = message.AttachmentsJson;
        row.Metadata = message.MetadataJson;
        row.Touch(now, sequence);
        MessageTexts.Replace(tables, row, TextKind.Content, message.Content);
        MessageTexts.Replace(tables, row, TextKind.Reasoning, message.Reasoning ?? "");
        tables.Messages.Insert(row.Document);

        tables.Trees.Add(row);
        conversation.Head = id;
        conversation.HeadIsLast = true;
        conversation.Messages++;
        conversation.Bytes += row.Bytes;
        tables.Usages.Change(conversation.Origin, conversations: 0, messages: 1, row.Bytes);
        return row;
    }

    private static string ParentOf(Tables tables, ConversationRow conversation, string? wanted)
    {
        if (wanted is NewMessage.NoParent)
        {
            return wanted;
        }

        if (wanted is null)
        {
            return conversation is { HeadIsLast: true, Head: { } head }
                ? head
                : tables.Trees.Of(conversation.Number).LastOf(conversation.Head) ?? NewMessage.NoParent;
        }

        var parent = MessageTable.FindAny(tables, conversation.Origin, wanted);
        return parent is { IsDeleted: false } && parent.ConversationNumber == conversation.Number
            ? wanted
            : throw MessageTable.NotFound(wanted);
    }
}
