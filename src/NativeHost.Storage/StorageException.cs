namespace NativeHost.Storage;

/// <summary>Something about the store that its message explains to a person, with what to do. It never holds a text of the user's.</summary>
public sealed class StorageException(StorageFault fault, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public StorageFault Fault { get; } = fault;
}

/// <summary>Kinds of faults, as programs tell them apart.</summary>
public enum StorageFault
{
    /// <summary>Another process owns the store. Nothing is wrong with it.</summary>
    Busy,

    /// <summary>The disk, or what the user may use of it, is full. Nothing of what was asked for is stored; all else is.</summary>
    DiskFull,

    /// <summary>The file was written by a newer version of this program. It was not touched.</summary>
    SchemaTooNew,

    /// <summary>A file or folder cannot be read or written.</summary>
    Unusable,

    /// <summary>The caller has no such conversation, message or summary.</summary>
    NotFound,

    /// <summary>The id is taken.</summary>
    Conflict,

    /// <summary>A value is outside what the store keeps: an id, a time, a text that is too long.</summary>
    InvalidValue,

    /// <summary>The caller's conversations would take more room than the user gives it.</summary>
    QuotaExceeded,

    /// <summary>The store was closed.</summary>
    Closed,
}
