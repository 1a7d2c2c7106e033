namespace NativeHost.Storage.Conversations;

/// <summary>A conversation without its messages.</summary>
/// <param name="Id">Unique within its origin.</param>
/// <param name="Origin">Whose it is.</param>
/// <param name="Title">May be empty.</param>
/// <param name="Created">To the millisecond.</param>
/// <param name="Updated">When it or one of its messages was changed last.</param>
/// <param name="Messages">How many there are, in all branches.</param>
/// <param name="Bytes">What the texts and the rest of its messages take, in UTF-8 bytes.</param>
/// <param name="Sequence">The number of its last change.</param>
public sealed record Conversation(
    string Id, string Origin, string Title, DateTimeOffset Created, DateTimeOffset Updated, long Messages, long Bytes, long Sequence)
{
    public string? Topic { get; init; }

    public string? Domain { get; init; }

    public bool IsStarred { get; init; }

    /// <summary>Settings of this conversation, as JSON; null for none.</summary>
    public string? SettingsJson { get; init; }

    /// <summary>What the client keeps with it, as JSON; null for nothing.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>The message that says which branch is shown: the newest one at or below it ends the branch. Null where none was chosen.</summary>
    public string? HeadId { get; init; }
}

/// <summary>What clients write of a conversation. What is null is not written; an empty text takes the value away.</summary>
public abstract record ConversationFields
{
    /// <summary>At most <see cref="StorageLimits.MaxTitleCharacters"/>.</summary>
    public string? Title { get; init; }

    public string? Topic { get; init; }

    public string? Domain { get; init; }

    public bool? IsStarred { get; init; }

    /// <summary>JSON.</summary>
    public string? SettingsJson { get; init; }

    /// <summary>JSON.</summary>
    public string? MetadataJson { get; init; }

    internal void Check()
    {
        Checks.Title(Title ?? "");
        Checks.Word(Topic, "A topic");
        Checks.Word(Domain, "A domain");
        Checks.Json(SettingsJson, "The settings");
        Checks.Json(MetadataJson, "The metadata");
    }
}

/// <summary>What a conversation begins with.</summary>
public sealed record NewConversation : ConversationFields
{
    /// <summary>Null to have one made.</summary>
    public string? Id { get; init; }
}

/// <summary>What is to be changed of a conversation.</summary>
public sealed record ConversationChange : ConversationFields;
