using System.Collections.Concurrent;
using NativeHost.Actions.Generation;
using NativeHost.Messages;

namespace NativeHost.Actions;

/// <summary>What each caller chose: its settings and its active model.</summary>
internal sealed class CallerStates
{
    /// <summary>An extension has a handful of profiles; what is kept for it must have a bound.</summary>
    private const int MostNamespaces = 256;

    private readonly ConcurrentDictionary<Caller, CallerState> _states = new();

    /// <summary>A caller's choices.</summary>
    /// <exception cref="RequestException">Its namespace is one too many.</exception>
    public CallerState Of(Caller caller)
        => _states.TryGetValue(caller, out var state) ? state
            : caller.Namespace is not null && _states.Keys.Count(other => other.WithoutNamespace == caller.WithoutNamespace) >= MostNamespaces
            ? throw new RequestException(ErrorCode.TooManyRequests, $"Too many namespaces: an extension may use {MostNamespaces}.")
            : _states.GetOrAdd(caller, _ => new CallerState());
}

/// <summary>One caller's choices. Each is replaced as a whole, so that readers on any thread see a consistent one.</summary>
/// <remarks>Changes of the settings take turns, so that none is lost.</remarks>
internal sealed class CallerState
{
    private readonly Lock _changing = new();
    private volatile GenerationSettings _settings = new();
    private volatile string? _activeModel;

    public GenerationSettings Settings => _settings;

    /// <summary>Path of the model that requests without an address mean; null before the first load.</summary>
    public string? ActiveModel
    {
        get => _activeModel;
        set => _activeModel = value;
    }

    /// <summary>Replaces the settings by what the change makes of them. A change that throws changes nothing.</summary>
    /// <returns>The new settings.</returns>
    public GenerationSettings Change(Func<GenerationSettings, GenerationSettings> change)
    {
        lock (_changing)
        {
            return _settings = change(_settings);
        }
    }
}
