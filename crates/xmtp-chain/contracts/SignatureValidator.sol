// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// Tells whether `signer` signed `hash`. It is never deployed: a call that would create it runs the constructor, and what
/// the constructor returns in place of code is the answer, one byte: 01 for yes, 00 for no.
///
/// Sources: ERC-1271 for wallets that are deployed, ERC-6492 for those that are not yet, EIP-2 for plain keys.
contract SignatureValidator {
    /// What a wallet that vouches for a signature returns; also the selector of the question. ERC-1271.
    bytes4 private constant VOUCHES = 0x1626ba7e;
    /// How a wrapped signature ends. ERC-6492.
    uint256 private constant WRAPPED = 0x6492649264926492649264926492649264926492649264926492649264926492;
    /// The largest `s` of a signature that is the only one of its twins. EIP-2.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    constructor(address signer, bytes32 hash, bytes memory signature) {
        bool signed = isSigned(signer, hash, signature);
        assembly ("memory-safe") {
            mstore8(0, signed)
            return(0, 1)
        }
    }

    function isSigned(address signer, bytes32 hash, bytes memory signature) private returns (bool) {
        if (signature.length >= 32 && word(signature, signature.length - 32) == WRAPPED) {
            return isSignedWrapped(signer, hash, signature);
        }
        return signer.code.length > 0 ? vouches(signer, hash, signature) : isSignedByKey(signer, hash, signature);
    }

    /// A wrapped signature names a call that deploys the wallet, or makes a deployed one ready. Nothing else that the
    /// call does matters here: it is made in a simulation.
    function isSignedWrapped(address signer, bytes32 hash, bytes memory wrapped) private returns (bool) {
        uint256 length = wrapped.length - 32;
        if (length < 96 || word(wrapped, 0) > type(uint160).max) return false;
        if (!isPart(wrapped, length, word(wrapped, 32)) || !isPart(wrapped, length, word(wrapped, 64))) return false;
        address target = address(uint160(word(wrapped, 0)));
        bytes memory data = part(wrapped, word(wrapped, 32));
        bytes memory signature = part(wrapped, word(wrapped, 64));

        if (signer.code.length > 0 && vouches(signer, hash, signature)) return true;
        return succeeds(target, data) && signer.code.length > 0 && vouches(signer, hash, signature);
    }

    function isSignedByKey(address signer, bytes32 hash, bytes memory signature) private pure returns (bool) {
        // Recovery fails with the zero address, which therefore signs nothing.
        if (signature.length != 65 || signer == address(0)) return false;
        uint256 s = word(signature, 32);
        uint8 v = uint8(signature[64]);
        if ((v != 27 && v != 28) || s > HALF_ORDER) return false;
        return ecrecover(hash, v, bytes32(word(signature, 0)), bytes32(s)) == signer;
    }

    /// Whether the wallet says yes. However long its answer is, one word of it is read.
    function vouches(address wallet, bytes32 hash, bytes memory signature) private view returns (bool yes) {
        bytes memory question = abi.encodeWithSelector(VOUCHES, hash, signature);
        bytes32 expected = VOUCHES;
        assembly ("memory-safe") {
            yes := staticcall(gas(), wallet, add(question, 32), mload(question), 0, 32)
            yes := and(yes, and(gt(returndatasize(), 31), eq(mload(0), expected)))
        }
    }

    function succeeds(address target, bytes memory data) private returns (bool success) {
        assembly ("memory-safe") {
            success := call(gas(), target, 0, add(data, 32), mload(data), 0, 0)
        }
    }

    /// Whether a length and as many bytes stand at `offset` within the first `length` bytes.
    function isPart(bytes memory within, uint256 length, uint256 offset) private pure returns (bool) {
        return offset <= length - 32 && word(within, offset) <= length - 32 - offset;
    }

    /// What stands at `offset`: a length, and as many bytes.
    function part(bytes memory within, uint256 offset) private pure returns (bytes memory found) {
        assembly ("memory-safe") {
            found := add(add(within, 32), offset)
        }
    }

    function word(bytes memory within, uint256 offset) private pure returns (uint256 found) {
        assembly ("memory-safe") {
            found := mload(add(add(within, 32), offset))
        }
    }
}
