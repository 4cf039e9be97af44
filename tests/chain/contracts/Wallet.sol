// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// A smart contract wallet that vouches for what its owner signed, unless the owner has silenced it. ERC-1271.
contract Wallet {
    address private immutable owner;
    bool private isSilent;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bool signed = signature.length == 65
            && ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64])) == owner;
        return signed && !isSilent ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    function setSilent(bool silent) external {
        require(msg.sender == owner, "only the owner");
        isSilent = silent;
    }
}
